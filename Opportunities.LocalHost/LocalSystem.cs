namespace Opportunities.LocalHost;
