using System.CommandLine;
using Truce.Cli.Cluster;

namespace Truce.Cli.Changing;

/// <summary><c>--dry-run</c>, <c>--comment</c>, <c>--no-wait</c> and <c>--timeout</c>, for commands
/// that change the configuration.</summary>
internal sealed class ChangeOptions
{
    private readonly Option<bool> _dryRun = new("--dry-run")
    {
        Description = "Show what the change would do, without making it",
    };

    private readonly Option<string?> _comment = new("--comment", "-m")
    {
        Description = "A comment for the history; the command itself by default",
        HelpName = "TEXT",
    };

    /// <summary>How long to wait.</summary>
    public WaitOptions Wait { get; } = new();

    /// <summary>Adds them to a command.</summary>
    public Command AddTo(Command command)
    {
        command.Options.Add(_dryRun);
        command.Options.Add(_comment);
        return Wait.AddTo(command);
    }

    /// <summary>Whether nothing is to be changed.</summary>
    public bool IsDryRun(ParseResult parse) => parse.GetValue(_dryRun);

    /// <summary>The comment given; null: none.</summary>
    public string? Comment(ParseResult parse) => parse.GetValue(_comment);
}
