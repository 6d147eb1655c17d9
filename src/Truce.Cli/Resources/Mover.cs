using System.CommandLine;
using Truce.Analysis.WhatIf;
using Truce.Cli.Changing;
using Truce.Cli.Cluster;
using Truce.Cli.Editing;
using Truce.Contracts;
using Truce.Model;

namespace Truce.Cli.Resources;

/// <summary>
/// One move: tried on paper, then a preference with an end, and, once the resource has arrived,
/// no preference any more. A move that would not last is refused before anything is touched,
/// unless a time was given to hold it.
/// </summary>
internal sealed class Mover(
    CliContext context, ParseResult parse, ICluster cluster, ChangeOptions options)
{
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(2);

    private readonly Outcome _outcome = new(context, parse, cluster);
    private MoveAim? _aim;

    /// <summary>What to move; of a promotable clone, its promoted instance.</summary>
    public required string Resource { get; set; }

    /// <summary>Where to; empty until it is chosen.</summary>
    public required string Node { get; set; }

    /// <summary>How long to keep it there whatever draws it away; null: only if it stays by itself.</summary>
    public TimeSpan? Hold { get; init; }

    private MoveAim Aim => _aim!;

    // A move waits in any case: it isn't done before the preference is taken back.
    private TimeSpan Limit => options.Wait.Limit(parse) ?? Waiting.Default;

    // Should this command be killed, the preference still ends.
    private DateTimeOffset End => context.Time.GetUtcNow() + (Hold ?? Limit + TimeSpan.FromMinutes(1));

    /// <summary>Moves.</summary>
    public async Task<ExitCode> RunAsync(CancellationToken cancel)
    {
        DateTimeOffset end = End;
        await TryOnPaperAsync(end, cancel).ConfigureAwait(false);
        if (options.IsDryRun(parse))
            return await DryRunAsync(end, cancel).ConfigureAwait(false);
        ClientReply.Done? done = await cluster.ChangeAsync(
            options.Comment(parse) ?? $"resource move {Resource} {Node}", xml => With(xml, end),
            cancel).ConfigureAwait(false);
        _outcome.Warn(done);
        try
        {
            return await WaitAsync(done!, end, cancel).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            throw new CommandException(
                ExitCode.TimedOut,
                $"interrupted: {Resource} may still get to {Node}, where a constraint holds it until "
                    + Text(end),
                $"to remove the constraint now: truce resource clear {Resource}");
        }
    }

    private async Task<ExitCode> WaitAsync(
        ClientReply.Done? done, DateTimeOffset end, CancellationToken cancel)
    {
        await ArriveAsync(done!.Version, end, cancel).ConfigureAwait(false);
        if (Hold is not null)
        {
            return Tell(
                $"{Aim.Is} on {Node}, and held there until {Text(end)}; to end this: truce resource "
                    + $"clear {Resource}",
                done);
        }

        if (Aim.AwaitsAgent && !await StaysAsync(cancel).ConfigureAwait(false))
        {
            return Tell(
                $"{Aim.Is} on {Node}, and held there until {Text(end)}, as it would go back otherwise: truce "
                    + $"why {Resource}; to end this: truce resource clear {Resource}",
                done);
        }

        done = await cluster.ChangeAsync(
            $"resource move {Resource} {Node}: done", Without, cancel).ConfigureAwait(false);
        return Tell($"{Aim.Is} on {Node}; no constraint is left behind", done);
    }

    // An agent may need its next monitor to notice that its instance has been promoted.
    private Task<bool> StaysAsync(CancellationToken cancel)
    {
        OnPaper paper = new(context.Planner, context.Time.GetUtcNow());
        return Waiting.UntilAsync(context.Time, Limit, async () =>
        {
            ClientReply.Configuration now = await cluster.AskAsync<ClientReply.Configuration>(
                new ClientRequest.GetConfiguration(null, true), cancel).ConfigureAwait(false);
            return Without(now.Xml) is not { } without
                || Aim.IsThere(Aim.On(paper, paper.Settle(without)), Node);
        }, cancel);
    }

    private Task<ExitCode> DryRunAsync(DateTimeOffset end, CancellationToken cancel) =>
        new ChangeRun(context, parse, cluster, options).RunAsync(
            new Change("", $"{Aim.Is} on {Node}", d =>
            {
                d.Resource(Resource);
                Aim.Prefer(d, Node, end);
                return true;
            }), cancel);

    private async Task TryOnPaperAsync(DateTimeOffset end, CancellationToken cancel)
    {
        ClientReply.Configuration now = await cluster.AskAsync<ClientReply.Configuration>(
            new ClientRequest.GetConfiguration(null, true), cancel).ConfigureAwait(false);
        _aim = MoveAim.Of(CibDocument.Parse(now.Xml), Resource);
        Resource = Aim.Resource;
        OnPaper paper = new(context.Planner, context.Time.GetUtcNow());
        if (Node.Length == 0)
            Node = Choose(paper, now.Xml, end);
        IReadOnlyList<string> before = Aim.On(paper, paper.Settle(now.Xml));
        Cib moved = paper.Settle(With(now.Xml, end));
        IReadOnlyList<string> there = Aim.On(paper, moved);
        if (!Aim.IsThere(there, Node))
        {
            string why = Aim.WhyNot(paper, moved, Node) is { Length: > 0 } said ? $": {said}" : "";
            throw new CommandException(
                ExitCode.No,
                $"{Aim.WouldNot} {Node}{why}; it would be {Places(there)}; nothing was changed",
                $"truce why {Resource} says what would have to change");
        }

        Cib arrived = Aim.Arrived(WithoutPreference(moved), before, Node);
        IReadOnlyList<string> later = Aim.On(paper, paper.Settle(arrived));
        if (Hold is null && !Aim.IsThere(later, Node))
        {
            throw new CommandException(
                ExitCode.No,
                $"{Resource} would go back as soon as nothing holds it on {Node}: it would be "
                    + $"{Places(later)}; "
                + "nothing was changed",
                $"to hold it there for a while: truce resource move {Resource} {Node} --for 2h; "
                + "to let it stay wherever it is: set its resource-stickiness above the score that moves it away");
        }
    }

    // The node that the scheduler takes next, were it not for those where it is now.
    private string Choose(OnPaper paper, string xml, DateTimeOffset end)
    {
        Cib now = paper.Settle(xml);
        IReadOnlyList<string> here = Aim.On(paper, now);
        if (here.Count == 0)
        {
            throw new CommandException(
                ExitCode.No, $"{Aim.Is} nowhere, so there is nothing to move",
                    $"truce why {Resource} says why");
        }

        CibDocument document = CibDocument.Parse(xml);
        foreach (string node in here)
            Aim.Ban(document, node, end);
        return Aim.On(paper, paper.Settle(document.Text)) is [var next]
            ? next
            : throw new CommandException(
                ExitCode.No,
                $"{Resource} can't leave {string.Join(", ", here)}: no single other node can run it",
                $"truce why {Resource} says what would have to change");
    }

    private async Task ArriveAsync(long version, DateTimeOffset end, CancellationToken cancel)
    {
        ClusterStatusDocument? last = null;
        bool rests = await cluster.UntilAsync(
            context.Time, Limit, s => (last = s).IsAtRest(version), cancel).ConfigureAwait(false);
        // Between a change and the plan for it a cluster may look at rest.
        TimeSpan grace = rests && s_grace < Limit ? s_grace : TimeSpan.Zero;
        if (await cluster.UntilAsync(
            context.Time, grace, s => (last = s).IsAtRest(version)
                && Aim.IsThere(Aim.On(s), Node), cancel)
            .ConfigureAwait(false))
            return;
        ClusterStatusDocument seen = last!;
        if (!seen.IsAtRest(version))
        {
            throw new CommandException(
                ExitCode.TimedOut,
                $"{Resource} is not on {Node} after {Limit.TotalSeconds:0.#} s; the constraint that moves "
                    + $"it there "
                + $"expires at {Text(end)}",
                $"see what delays it: truce status; to remove the constraint now: truce resource clear {Resource}");
        }

        await cluster.ChangeAsync($"resource move {Resource} {Node}: failed", Without,
            cancel).ConfigureAwait(false);
        throw new CommandException(
            ExitCode.No,
            $"{Resource} did not get to {Node}{Failure(seen)}; it is {Places(Aim.On(seen))}, "
                + $"and no "
            + "constraint is left behind",
            $"truce why {Resource} says what would have to change; after mending it: truce resource "
                + $"cleanup {Resource}");
    }

    private string Failure(ClusterStatusDocument status) =>
        status.Resources.FirstOrDefault(r => r.Failed && r.Node == Node
            && Aim.Inside.Contains(r.Id)) is { } failed
            ? $": {failed.Id} failed there{(failed.Reason.Length > 0 ? $" (\"{failed.Reason}\")" : "")}" : "";

    private string With(string xml, DateTimeOffset end)
    {
        CibDocument document = CibDocument.Parse(xml);
        document.Resource(Resource);
        Aim.Prefer(document, Node, end);
        return document.Text;
    }

    private string? Without(string xml)
    {
        CibDocument document = CibDocument.Parse(xml);
        return document.RemovePreference(Resource) ? document.Text : null;
    }

    private Cib WithoutPreference(Cib cib) => cib with
    {
        Configuration = cib.Configuration with
        {
            Constraints = [.. cib.Configuration.Constraints.Where(c => c.Id != Placements.PreferenceId(Resource))],
        },
    };

    private ExitCode Tell(string said, ClientReply.Done? done)
    {
        _outcome.Print(said, done);
        return ExitCode.Done;
    }

    private static string Places(IReadOnlyList<string> nodes) => nodes.Count == 0 ? "nowhere" : "on " + string.Join(", ", nodes);

    private static string Text(DateTimeOffset at) => $"{at.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z";
}
