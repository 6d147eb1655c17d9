using System.CommandLine;
using Truce.Cli.Printing;
using Truce.Contracts.Groups;

namespace Truce.Cli.GroupServices;

/// <summary>What <c>truce status</c> says of Group Services: a sentence about this node's server, and what
/// waits for proof.</summary>
internal static class GroupsStatus
{
    // Status answers, whatever becomes of a server that stands still.
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(1);

    /// <summary>Writes it, if this node has a server.</summary>
    public static async Task WriteAsync(CliContext context, ParseResult parse, CancellationToken cancel)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(s_limit);
        try
        {
            GroupsReply.Listed listed = await GroupsPlace.LookAsync<GroupsReply.Listed>(
                context, parse, new GroupsRequest.List(1), limit.Token).ConfigureAwait(false);
            foreach (string line in Lines(listed))
                Wrapped.Write(context.Output, Ending.TerminalText.OneLine(line), context.Columns, indent: 4);
        }
        catch (CommandException)
        {
            // No server here (groups = none), none yet, or not for this user.
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            await context.Output.WriteLineAsync(
                $"Group Services: this node's server has said nothing for {s_limit.TotalSeconds:0} s")
                .ConfigureAwait(false);
        }
    }

    /// <summary>The sentence, and what waits.</summary>
    public static IEnumerable<string> Lines(GroupsReply.Listed listed)
    {
        string state = listed.Service switch
        {
            GroupsReadiness.Ready => "ready",
            GroupsReadiness.NoMajority => "no majority: nobody is served",
            GroupsReadiness.Opening => "opening: clients are served in a few seconds",
        };
        string servers = listed.Server is { } server
            ? $"; servers of {Names(server.Present)}"
                + (server.Lost.IsEmpty ? "" : $", lost: {Names(server.Lost)}")
                + $"; {server.Clients} {Noun(server.Clients, "client")} here"
            : "";
        yield return $"Group Services: {state}{servers}; {listed.Groups.Length} "
            + $"{Noun(listed.Groups.Length, "group")}, {listed.Claims.Length} "
            + Noun(listed.Claims.Length, "claim");
        foreach (WireClaim claim in listed.Claims.Where(c => c.State == WireClaimState.Unproven))
            yield return $"  claim {claim.Name} waits for proof that {claim.Node} is off";
        foreach (WireSummary group in listed.Groups.Where(g => g.Unproven is { IsEmpty: false }))
            yield return $"  group {group.Name} waits for proof: {Names(group.Unproven ?? [])} must be off";
    }

    private static string Names(IReadOnlyCollection<string> nodes) =>
        nodes.Count == 0 ? "no node" : string.Join(", ", nodes);

    private static string Noun(int count, string noun) => count == 1 ? noun : noun + "s";
}
