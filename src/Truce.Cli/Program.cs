using Truce.Cli;
using Truce.Cli.Ending;

using Interruption interruption = new(args);
return await CommandLine.RunAsync(args, CliContext.ForProcess(interruption.Asked)).ConfigureAwait(false);
