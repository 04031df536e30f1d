namespace Opportunities.Tests;
