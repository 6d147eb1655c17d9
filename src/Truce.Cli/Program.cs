using Truce.Cli;

return await CommandLine.RunAsync(args, CliContext.ForProcess()).ConfigureAwait(false);
