using Truce.Fuzz.Running;

return args switch
{
    ["fuzz", .. var options] => FuzzCommand.Instrumented(options),
    ["fuzz-here", .. var options] => FuzzCommand.Here(options),
    ["weave"] => FuzzCommand.Weave(),
    ["fuzz-first", .. var options] => FuzzCommand.First(options),
    ["fuzz-again", .. var options] => FuzzCommand.Again(options),
    _ => await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args),
};
