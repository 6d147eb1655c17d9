using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>The attributes that nodes have, in the configuration or in the status.</summary>
internal static class NodeAttributes
{
    /// <summary>Whether any node has it.</summary>
    public static bool IsSet(RuleInput input, string name) =>
        input.Configuration.Nodes.SelectMany(n => input.Index.Resolve(n.InstanceAttributes))
            .Concat(input.Cib.Status.NodeStates.SelectMany(s => s.TransientAttributes?.Sets ?? []))
            .SelectMany(s => s.Pairs).Any(p => p.Name == name);
}
