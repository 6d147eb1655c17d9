using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Truce.Lab.Hosts;

namespace Truce.Lab.Keeper;

/// <summary>Traffic from one host that another no longer gets.</summary>
/// <param name="From">Who isn't heard.</param>
/// <param name="To">Who doesn't hear.</param>
/// <param name="Link">On which link.</param>
internal readonly record struct Cut(string From, string To, int Link);

/// <summary>The switches between the nodes: a bridge per link in the lab's own
/// network, and what is cut.</summary>
internal sealed class Network(LabPaths lab, LabDefinition definition)
{
    private static readonly TimeSpan s_endMax = TimeSpan.FromSeconds(5);

    private ImmutableHashSet<Filter> _clientFilters = [];

    /// <summary>Cuts in force.</summary>
    public ImmutableHashSet<Cut> Cuts { get; private set; } = [];

    /// <summary>Builds the bridges, and the client's address on each link.</summary>
    public async Task BuildAsync(CancellationToken cancel)
    {
        if (definition.Isolation == Isolation.Processes)
            return;
        IEnumerable<string> commands = Enumerable.Range(0, definition.Links).Select(link =>
            $"""
            link add {SetupScript.BridgeName(link)} type bridge
            addr add {LabDefinition.Address(link, 0)}/24 dev {SetupScript.BridgeName(link)}
            link set {SetupScript.BridgeName(link)} up

            """);
        await BatchAsync("link set lo up\nrule add pref 10 lookup local\nrule del pref 0\n"
            + string.Concat(commands), cancel).ConfigureAwait(false);
        await File.WriteAllTextAsync("/proc/sys/net/ipv4/ip_early_demux", "0", cancel).ConfigureAwait(false);
    }

    /// <summary>Adds cuts; both ways unless one way is wanted.</summary>
    public async Task CutAsync(
        IReadOnlyList<string> from, IReadOnlyList<string> to, int? link, bool oneWay,
        IReadOnlyList<NodePower> nodes, CancellationToken cancel)
    {
        Check(from, to, link);
        IEnumerable<int> links = link is { } one ? [one] : Enumerable.Range(0, definition.Links);
        ImmutableHashSet<Cut> added = [.. links.SelectMany(
            l => from.SelectMany(f => to.Select(t => new Cut(f, t, l))))];
        if (!oneWay)
            added = added.Union(added.Select(c => new Cut(c.To, c.From, c.Link)));
        Cuts = Cuts.Union(added);
        await ApplyAsync(nodes, cancel).ConfigureAwait(false);
        await TellSequencerAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>Ends all cuts.</summary>
    public async Task HealAsync(IReadOnlyList<NodePower> nodes, CancellationToken cancel)
    {
        Cuts = [];
        await ApplyAsync(nodes, cancel).ConfigureAwait(false);
        await TellSequencerAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>Brings the cuts into force on one host, as after its boot.</summary>
    public Task ApplyAsync(IHost host, string node, CancellationToken cancel) =>
        host.FilterAsync(FiltersOf(node), cancel);

    // A host whose power is cut meanwhile has no network any more; its next boot gets what is cut then.
    private async Task ApplyOrEndedAsync(IHost host, string node, CancellationToken cancel)
    {
        try
        {
            await ApplyAsync(host, node, cancel).ConfigureAwait(false);
        }
        catch (LabException) when (!cancel.IsCancellationRequested)
        {
            if (await Task.WhenAny(
                host.Ended, Task.Delay(s_endMax, cancel)).ConfigureAwait(false) != host.Ended)
                throw;
        }
    }

    private void Check(IReadOnlyList<string> from, IReadOnlyList<string> to, int? link)
    {
        foreach (string name in from.Concat(to).Where(n => n != LabDefinition.Client))
            definition.Find(name);
        if (from.Intersect(to).FirstOrDefault() is { } both)
            throw new LabException(LabFailure.BadInput, $"{both}: a node can't be cut from itself");
        if (link is { } l && (l < 0 || l >= definition.Links))
            throw new LabException(LabFailure.BadInput,
                $"--link {l}: this lab has links 0 to {definition.Links - 1}");
        if (link is not null && definition.Links > 1 && definition.Isolation == Isolation.Processes)
            throw new LabException(LabFailure.Refused,
                "nodes without their own network have no links that could be cut");
    }

    private async Task ApplyAsync(IReadOnlyList<NodePower> nodes, CancellationToken cancel)
    {
        foreach (NodePower node in nodes)
        {
            if (node.Host is { } host)
                await ApplyOrEndedAsync(host, node.Node.Name, cancel).ConfigureAwait(false);
        }

        ImmutableHashSet<Filter> wanted = FiltersOf(LabDefinition.Client);
        string batch = NamespaceHost.FilterRules(_clientFilters, wanted, SetupScript.BridgeName);
        if (batch.Length > 0)
            await BatchAsync(batch, cancel).ConfigureAwait(false);
        _clientFilters = wanted;
    }

    private ImmutableHashSet<Filter> FiltersOf(string receiver) =>
        [.. Cuts.Where(c => c.To == receiver)
            .Select(c => new Filter(c.Link, LabDefinition.Address(c.Link, NumberOf(c.From))))];

    private int NumberOf(string name) => name == LabDefinition.Client ? 0 : definition.Find(name).Number;

    // The local engine's messages don't travel on the links; a pair is cut for it when every link of it is.
    private async Task TellSequencerAsync(CancellationToken cancel)
    {
        if (definition.Engine != LabEngine.Local || !File.Exists(lab.EngineSocket + ".ctl"))
            return;
        using LineConnection sequencer = await LineConnection.ConnectAsync(lab.EngineSocket + ".ctl", cancel)
            .ConfigureAwait(false);
        // All in one step: between a heal and a new cut, messages would pass.
        SequencerRequest request = new("cuts", [.. Cuts.GroupBy(c => (c.From, c.To))
            .Where(p => p.Count() == definition.Links && !IsClient(p.Key))
                .Select(p => $"{p.Key.From} {p.Key.To}")]);
        await sequencer.WriteAsync(JsonSerializer.Serialize(request, LabJson.Default.SequencerRequest),
            cancel).ConfigureAwait(false);
        string? answer = await sequencer.ReadAsync(cancel).ConfigureAwait(false);
        if (answer is null || !JsonSerializer.Deserialize(answer, LabJson.Default.SequencerAnswer)!.Ok)
            throw new LabException(LabFailure.Failed,
                $"the sequencer doesn't cut: {answer ?? "it closed its control socket"}");
    }

    private static bool IsClient((string From, string To) pair) =>
        pair.From == LabDefinition.Client || pair.To == LabDefinition.Client;

    private static Task<string> BatchAsync(string commands, CancellationToken cancel) =>
        MachineProgram.RunAsync(["ip", "-batch", "-"], commands, cancel);

    /// <summary>Cuts as <c>lab status</c> shows them.</summary>
    public ImmutableArray<string> Describe() =>
        [.. Cuts.GroupBy(c => (c.From, c.To)).SelectMany(p => p.Count() == definition.Links
            ? [$"{p.Key.From}>{p.Key.To}"]
            : p.Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.From}>{c.To}/{c.Link}")))
            .Order(StringComparer.Ordinal)];
}
