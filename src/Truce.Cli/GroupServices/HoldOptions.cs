using System.CommandLine;
using Truce.Client.Groups;
using Truce.Contracts.Groups;

namespace Truce.Cli.GroupServices;

/// <summary>The options that <c>group run</c> and <c>claim</c> share.</summary>
internal sealed class HoldOptions
{
    private readonly Option<TimeSpan?> _timeout = new("--timeout")
    {
        Description = "Give up if it takes longer to get its turn; default: wait for ever",
        HelpName = "LENGTH",
        CustomParser = r => Durations.ParseOption(r),
    };

    private readonly Option<TimeSpan?> _stopTime = new("--stop-time")
    {
        Description = "What COMMAND needs to stop before its lease ends; default: a third of the lease",
        HelpName = "LENGTH",
        CustomParser = r => Durations.ParseOption(r),
    };

    private readonly Option<bool> _restart = new("--restart")
    {
        Description = "If the session is lost, begin again as soon as there is another",
    };

    private readonly Option<bool> _fenced = new("--fenced")
    {
        Description = "Whoever fails keeps its place until its node is proven off; for all who take part",
    };

    /// <summary>Adds them.</summary>
    public Command AddTo(Command command)
    {
        command.Options.Add(_timeout);
        command.Options.Add(_stopTime);
        command.Options.Add(_restart);
        command.Options.Add(_fenced);
        return command;
    }

    /// <summary>As given.</summary>
    public HoldTerms Read(ParseResult parse, Patience patience) => new(
        parse.GetValue(_timeout),
        new GroupSessionOptions { StopTime = parse.GetValue(_stopTime), Vote = (_, _) => s_agreed },
        patience, parse.GetValue(_restart) ? AtLoss.BeginAgain : AtLoss.End,
        parse.GetValue(_fenced) ? WireFence.Required : WireFence.None);

    // A command has no say in what it isn't asked about.
    private static readonly Task<GroupVote> s_agreed =
        Task.FromResult(new GroupVote(WireChoice.Approve));
}

/// <summary>How a turn is waited for, and what happens at its loss.</summary>
/// <param name="Timeout">Null: for ever.</param>
/// <param name="Session">The session's options.</param>
/// <param name="Patience">Whether to wait for a lease.</param>
/// <param name="AtLoss">What to do when the session is lost.</param>
/// <param name="Fence">What has to be proven before others take over.</param>
internal sealed record HoldTerms(
    TimeSpan? Timeout, GroupSessionOptions Session, Patience Patience, AtLoss AtLoss, WireFence Fence);

/// <summary>What to do when a session is lost.</summary>
internal enum AtLoss
{
    /// <summary>End.</summary>
    End,

    /// <summary>Begin again, as soon as there is another.</summary>
    BeginAgain,
}
