using Truce.Fuzz.Running;

return args switch
{
    ["fuzz", .. var options] => FuzzCommand.Instrumented(options),
    ["fuzz-here", .. var options] => FuzzCommand.Here(options),
    _ => await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args),
};
