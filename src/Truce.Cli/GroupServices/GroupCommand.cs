using System.CommandLine;
using System.Globalization;
using Truce.Cli.Printing;
using Truce.Client;
using Truce.Client.Groups;
using Truce.Contracts.Groups;

namespace Truce.Cli.GroupServices;

/// <summary><c>truce group</c>: process groups of Group Services.</summary>
internal static class GroupCommand
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(500);

    /// <summary>The command.</summary>
    public static Command Create(CliContext context) => context.Location.AddTo(
        new Command("group", "Process groups: applications that agree through Group Services")
        {
            List(context), Show(context), Watch(context), GroupRun.Create(context),
        });

    private static Command List(CliContext context)
    {
        Command command = new("list", "List process groups and claims");
        command.SetAction(async (parse, cancel) =>
        {
            GroupsReply.Listed listed = await GroupsPlace.LookAsync<GroupsReply.Listed>(
                context, parse, new GroupsRequest.List(1), cancel).ConfigureAwait(false);
            if (parse.GetValue(context.Json))
                await context.Output.WriteLineAsync(GroupsWire.Text(listed)).ConfigureAwait(false);
            else
                GroupText.Write(context.Output, listed);
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static Command Show(CliContext context)
    {
        Argument<string> name = GroupsPlace.GroupArgument(context);
        Command command = new("show", "Show a process group: members, state, and who hasn't voted") { name };
        command.SetAction(async (parse, cancel) =>
        {
            GroupsReply.Shown shown = await GroupsPlace.LookAsync<GroupsReply.Shown>(
                context, parse, new GroupsRequest.Show(1, parse.GetValue(name)!), cancel).ConfigureAwait(
                    false);
            if (parse.GetValue(context.Json))
                await context.Output.WriteLineAsync(GroupsWire.Text(shown)).ConfigureAwait(false);
            if (shown.Group is null)
                throw new CommandException(
                    ExitCode.No, $"there is no process group {parse.GetValue(name)}", "truce group list");
            if (!parse.GetValue(context.Json))
                GroupText.Write(context.Output, parse.GetValue(name)!, shown);
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static Command Watch(CliContext context)
    {
        Argument<string> name = GroupsPlace.GroupArgument(context);
        Command command = new("watch", "Show every change of a process group; stop with Ctrl-C") { name };
        command.SetAction(async (parse, cancel) =>
        {
            using CancellationTokenSource ended =
                CancellationTokenSource.CreateLinkedTokenSource(cancel, context.OutputEnded);
            try
            {
                for (Patience patience = Patience.ForLease; ; patience = Patience.ForServer)
                {
                    await WatchAsync(context, parse, parse.GetValue(name)!, patience, ended.Token)
                        .ConfigureAwait(false);
                    await Task.Delay(s_pause, context.Time, ended.Token).ConfigureAwait(false);
                }
            }
            catch (OperationCanceledException) when (ended.IsCancellationRequested)
            {
                return (int)ExitCode.Done;
            }
        });
        return command;
    }

    // Until the session is lost; the next begins with the group as it is then.
    private static async Task WatchAsync(
        CliContext context, ParseResult parse, string name, Patience patience, CancellationToken cancel)
    {
        using GroupSession session = await GroupsPlace.OpenAsync(
            context, parse, new GroupSessionOptions { StopTime = TimeSpan.Zero }, patience, cancel)
                .ConfigureAwait(false);
        try
        {
            await session.RequireAsync(id => new GroupsRequest.Watch(id, name), cancel).ConfigureAwait(false);
        }
        catch (GroupsRefusedException refused)
        {
            throw GroupsPlace.Refusal(refused);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested
            && e is OperationCanceledException or ClusterUnreachableException)
        {
            return;
        }

        await foreach (GroupsReply told in session.Notices.ReadAllAsync(cancel).ConfigureAwait(false))
        {
            await context.Output.WriteLineAsync(
                parse.GetValue(context.Json) ? GroupsWire.Text(told) : GroupText.Line(told)).ConfigureAwait(
                    false);
            await context.Output.FlushAsync(cancel).ConfigureAwait(false);
        }

        await context.Error.WriteLineAsync($"truce: {session.Loss?.Reason}; asks again").ConfigureAwait(
            false);
    }
}

/// <summary>Process groups as text.</summary>
internal static class GroupText
{
    public static void Write(TextWriter output, GroupsReply.Listed listed)
    {
        if (Note(listed.Service) is { } note)
            output.WriteLine(note);
        Table groups = new("GROUP", "MEMBERS", "VERSION", "PROTOCOL");
        foreach (WireSummary group in listed.Groups)
            groups.Add(group.Name, Text(group.Members), Text(group.ValueVersion), group.Running ?? "");
        groups.WriteTo(output);
        if (!groups.IsEmpty && !listed.Claims.IsEmpty)
            output.WriteLine();
        Table claims = new("CLAIM", "NODE", "EPOCH", "WAITING", "HOLDER");
        foreach (WireClaim claim in listed.Claims)
            claims.Add(claim.Name, claim.Node, Text(claim.Epoch), Text(claim.Waiting), claim.Holder);
        claims.WriteTo(output);
        foreach (WireClaim claim in listed.Claims.Where(c => c.State == WireClaimState.Unproven))
            output.WriteLine(Ending.TerminalText.OneLine(
                $"{claim.Name} waits for proof that {claim.Node} is off: its holder has failed"));
    }

    public static void Write(TextWriter output, string name, GroupsReply.Shown shown)
    {
        if (Note(shown.Service) is { } note)
            output.WriteLine(note);
        if (shown.Group is not { } group)
            return;
        output.WriteLine(Ending.TerminalText.OneLine($"{name}, version {group.ValueVersion}: {group.Value}"));
        Table members = new("MEMBER", "NODE", "CLIENT");
        foreach (WireMember member in group.Members)
            members.Add(member.Instance, member.Node, member.Client);
        members.WriteTo(output);
        foreach (string silent in group.Unresponsive ?? [])
            output.WriteLine(Ending.TerminalText.OneLine($"not responsive: {silent}"));
        foreach (WireUnproven gone in group.Unproven ?? [])
            output.WriteLine(Ending.TerminalText.OneLine(
                $"waits for proof that {gone.Node} is off: {gone.Client} ({gone.Cause}) is removed then; "
                + $"see: truce fence history; if {gone.Node} is off: truce fence confirm {gone.Node}"));
        if (shown.Running is not { } running)
            return;
        output.WriteLine(Ending.TerminalText.OneLine(
            $"votes on {Words(running.Changes)}, phase {running.Number}, {running.LimitMs} ms a phase"));
        output.WriteLine(
            $"not yet voted: {(running.Awaited.IsEmpty ? "nobody" : string.Join(", ", running.Awaited))}");
        if (shown.Waiting > 0)
            output.WriteLine($"{shown.Waiting} more proposals wait");
    }

    public static string Line(GroupsReply told) => Ending.TerminalText.OneLine(told switch
    {
        GroupsReply.Watched { Now: { } now } g => $"{g.Epoch} now {Words(now)}",
        GroupsReply.Watched g => $"{g.Epoch} now nobody",
        GroupsReply.Changed c => $"{c.Epoch} {(c.Verdict == WireVerdict.Approved ? "" : "rejected ")}"
            + $"{Words(c.Changes)}{(c.Reason.Length > 0 ? $" ({c.Reason})" : "")} now {Words(c.Now)}",
        GroupsReply.Unproven u => $"{u.Epoch} waits for proof that {Nodes(u)} off: {Words(u.Changes)}",
        GroupsReply.Responsive r =>
            $"{r.Epoch} {r.Client} is {(r.State == WireResponse.Lost ? "not" : "again")} responsive",
        GroupsReply.Dissolved d => $"{d.Epoch} dissolved",
        GroupsReply.Hosts h => $"{h.Epoch} {HostText.Words(h)}",
        GroupsReply.Links l => $"{l.Epoch} {HostText.Words(l)}",
        GroupsReply.Deactivate or GroupsReply.Ping or GroupsReply.Phase or GroupsReply.Late
            or GroupsReply.Hello or GroupsReply.Session or GroupsReply.Lease
            or GroupsReply.Answer or GroupsReply.Listed or GroupsReply.Shown or GroupsReply.Bye =>
                told.GetType().Name,
    });

    private static string Nodes(GroupsReply.Unproven told)
    {
        string[] nodes = [.. (told.Now.Unproven ?? [])
            .Where(u => told.Changes.Any(c => c.Client == u.Client)).Select(u => u.Node).Distinct()];
        return $"{string.Join(", ", nodes)} {(nodes.Length == 1 ? "is" : "are")}";
    }

    private static string Words(WireGroup now) =>
        $"{Names(now)}; version {now.ValueVersion}: {now.Value}";

    private static string Names(WireGroup now) => now.Members.IsEmpty
        ? "nobody"
        : string.Join(", ", now.Members.Select(m => $"{m.Instance}@{m.Node}"));

    private static string Words(IEnumerable<WireChange> changes) => string.Join(", ", changes.Select(c =>
        string.Join(' ',
            new[] { c.Kind, c.Instance ?? c.Client, c.Cause, c.Text, c.Proof, Deactivated(c) }
                .OfType<string>())));

    private static string? Deactivated(WireChange change) =>
        change.Deactivation is { } became ? $"(deactivation: {became})" : null;

    private static string? Note(GroupsReadiness service) => service switch
    {
        GroupsReadiness.Ready => null,
        GroupsReadiness.NoMajority => "this node's server has no majority; what it knows may be old",
        GroupsReadiness.Opening => "leases of before may still last; clients are served in a few seconds",
    };

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
