using Truce.Conformance;
using Truce.Conformance.Differential;

// Without a word of ours these are xunit's arguments.
return args switch
{
    ["table", .. var options] => TableCommand.Run(options, Console.Out),
    ["why", .. var folders] => Truce.Conformance.Why.WhyCommand.Run(folders, Console.Out),
    ["differential", .. var options] => DifferentialCommand.Run(options, Console.Out),
    _ => await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args),
};
