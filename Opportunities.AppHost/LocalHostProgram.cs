// The AppHost where the NuGet sources lack Aspire: the same system, run as plain processes.
return await Opportunities.LocalHost.LocalSystemProgram.RunAsync(args);
