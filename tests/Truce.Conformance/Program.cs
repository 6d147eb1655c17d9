using Truce.Conformance;
using Truce.Conformance.Judging;

// Without a word of ours these are xunit's arguments.
return args is ["table", .. var options]
    ? TableCommand.Run(options, Console.Out)
    : await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
