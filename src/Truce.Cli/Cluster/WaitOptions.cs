using System.CommandLine;

namespace Truce.Cli.Cluster;

/// <summary><c>--no-wait</c> and <c>--timeout</c>, for commands that set something going.</summary>
internal sealed class WaitOptions
{
    private readonly Option<bool> _noWait = new("--no-wait") { Description = "Don't wait until the cluster has settled" };

    private readonly Option<TimeSpan?> _timeout = new("--timeout")
    {
        Description = "How long to wait: 90s, 10min, 2h [default: 2min]",
        HelpName = "LENGTH",
        CustomParser = result => Durations.ParseOption(result),
    };

    /// <summary>Adds them to a command.</summary>
    public T AddTo<T>(T command) where T : Command
    {
        command.Options.Add(_noWait);
        command.Options.Add(_timeout);
        return command;
    }

    /// <summary>How long to wait; null: not at all.</summary>
    public TimeSpan? Limit(ParseResult parse) =>
        parse.GetValue(_noWait) ? null : parse.GetValue(_timeout) ?? Waiting.Default;
}
