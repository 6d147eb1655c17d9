using System.Collections.Immutable;
using Truce.Agents.Finding;
using Truce.Agents.Processes;
using Truce.Agents.Running;
using Truce.Analysis.Findings;
using Truce.Cli.Agents;
using Truce.Model;
using Truce.Ports;
using Truce.Scheduler;

namespace Truce.Cli.Checking;

/// <summary>
/// Asks agents of this machine whether they accept the parameters that a configuration gives them
/// (<c>validate-all</c>), as the cluster would hand these to them. Only on request: an agent's code runs with
/// values from a file that may come from elsewhere. A resource whose parameters hold secrets isn't asked
/// about: what an agent passes on to other programs, everybody on the machine can read.
/// </summary>
internal sealed class ParameterTrials(
    Cib cib, IKnownAgents agents, AgentSettings settings, DateTimeOffset now)
{
    private const int AskedMax = 64;
    private const int AtOnce = 4;
    private const int ReasonMax = 200;

    private static readonly TimeSpan s_each = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_all = TimeSpan.FromSeconds(60);

    /// <summary>What they refuse, by resource, and why others weren't asked about.</summary>
    public async Task<ParameterAnswers> AskAsync(CancellationToken cancel)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(s_all);
        PlacedPrimitive[] could = [.. new RuleInput(cib).Primitives.Where(OffersIt)];
        PlacedPrimitive[] asked = [.. could.Where(p => !HoldsSecrets(p)).Take(AskedMax)];
        Dictionary<ResourceId, RefusedParameters> refused = [];
        int unanswered = could.Count(p => !HoldsSecrets(p)) - asked.Length;
        using ProcessSpawner spawner = new(new ProcessSpawnerOptions());
        AgentRunner runner = new(spawner, settings);
        foreach (PlacedPrimitive[] some in asked.Chunk(AtOnce))
        {
            OperationOutcome?[] outcomes = await Task.WhenAll(
                some.Select(p => AskAsync(runner, p, limit.Token))).ConfigureAwait(false);
            cancel.ThrowIfCancellationRequested();
            foreach ((PlacedPrimitive primitive, OperationOutcome? outcome) in some.Zip(outcomes))
            {
                if (outcome is not { Status: OperationStatus.Done })
                    unanswered++;
                else if (IsRefusal((AgentExitCode)outcome.ReturnCode))
                    refused[primitive.Written.Id] = new(outcome.ReturnCode, Reason(outcome));
            }
        }

        return new ParameterAnswers(refused, could.Count(HoldsSecrets), unanswered);
    }

    private async Task<OperationOutcome?> AskAsync(
        AgentRunner runner, PlacedPrimitive primitive, CancellationToken cancel)
    {
        (OperationSpec? spec, _) = Trial.Try(() => Spec(primitive.Written.Id)!);
        return spec is null || cancel.IsCancellationRequested ? null
            : await runner.RunAsync(spec, null, cancel).ConfigureAwait(false);
    }

    // As on this node, if it is one of the cluster's; else as on the first that is.
    private OperationSpec? Spec(ResourceId primitive)
    {
        NodeId here = new(NodeAgents.NodeName());
        NodeId[] nodes =
            [.. cib.Configuration.Nodes.Where(n => n.Type == NodeType.Member).Select(n => n.Name)];
        NodeId node = nodes.Contains(here) ? here : nodes.FirstOrDefault(here);
        if (Planner.Operation(cib, new PlanOptions { Now = now }, primitive, node, OperationNames.ValidateAll)
            is not { } planned)
            return null;
        return new OperationSpec(
            $"check-{Guid.NewGuid():N}", AgentKind.Resource, planned.Resource.Id, planned.Resource.Class,
            planned.Resource.Provider, planned.Resource.Type, OperationNames.ValidateAll,
            Sorted(planned.Parameters), Sorted(planned.Meta), s_each, 0);
    }

    // Anything else may be this machine's: a program or a device that only the nodes have.
    private static bool IsRefusal(AgentExitCode code) =>
        code is AgentExitCode.InvalidParameters or AgentExitCode.NotConfigured;

    private bool OffersIt(PlacedPrimitive primitive) =>
        primitive.Effective.Agent is { Class: AgentName.Ocf } agent
            && agents.Describe(agent) is { } facts
            && facts.Actions.Any(a => a.Name == OperationNames.ValidateAll);

    private static bool HoldsSecrets(PlacedPrimitive primitive) =>
        primitive.Effective.InstanceAttributes.SelectMany(s => s.Pairs).Any(p =>
            SecretNames.Contains(p.Name) || p.Value == SecretNames.Mask
                || (p.Value is { } value && SecretReference.TryParse(value) is not null));

    private static string Reason(OperationOutcome outcome)
    {
        string said = outcome.ExitReason.Length > 0 ? outcome.ExitReason
            : outcome.Output.TrimEnd().Split('\n')[^1].Trim();
        return said.Length <= ReasonMax ? said : said[..ReasonMax] + "…";
    }

    private static ImmutableSortedDictionary<string, string> Sorted(
        IEnumerable<KeyValuePair<string, string>> pairs) =>
        pairs.ToImmutableSortedDictionary(StringComparer.Ordinal);
}

/// <summary>What came of asking agents about parameters.</summary>
/// <param name="Refused">What they refuse.</param>
/// <param name="Secret">Resources that weren't asked about because their parameters hold secrets.</param>
/// <param name="Unanswered">Resources about which no answer came in time, or that were too many.</param>
internal sealed record ParameterAnswers(
    IReadOnlyDictionary<ResourceId, RefusedParameters> Refused, int Secret, int Unanswered)
{
    /// <summary>What is left open, as a line; empty: nothing.</summary>
    public string Remark => (Secret, Unanswered) switch
    {
        (0, 0) => "",
        (0, var n) => $"validate-all gave no answer for {n} resource(s)",
        (var n, 0) => $"validate-all wasn't run for {n} resource(s) whose parameters hold secrets",
        var (s, n) => $"validate-all wasn't run for {s} resource(s) whose parameters hold secrets, and gave "
            + $"no answer for {n}",
    };
}

/// <summary>What a check asks the agents of this machine.</summary>
internal enum AgentsAsked
{
    /// <summary>What they are.</summary>
    WhatTheyAre,

    /// <summary>Also whether they accept their parameters.</summary>
    ForParameters,
}
