using System.Collections.Immutable;
using System.Globalization;
using Truce.Control;
using Truce.Model;
using Truce.Model.Replication;
using Truce.Model.Xml;

namespace Truce.Runtime.Tools;

/// <summary>What tools want changed, as commands. What is so already is answered at once: agents set the same
/// values at every monitor.</summary>
internal static class ToolWishes
{
    /// <summary>A transient attribute (value null: none).</summary>
    public static ToolOutcome Transient(ToolContext context, NodeId node, string name, string? value, string output = "")
    {
        string? now = context.Transient(node, name);
        string? wanted = value is null ? null : Expand(value, now);
        return now == wanted
            ? new ToolOutcome.Answered(ToolCodes.Ok, output, "")
            : new ToolOutcome.Wished(new ControlRequest.Submit(new Command.SetTransient(node, name, wanted)), output);
    }

    /// <summary>Another configuration; null: what it names isn't there.</summary>
    public static ToolOutcome Configuration(ToolCall call, ToolContext context, Cib? changed, string output = "")
    {
        if (changed is null)
            return AgentTools.NoSuchThing(call);
        if (ReferenceEquals(changed, context.State.Cib) || changed == context.State.Cib)
            return new ToolOutcome.Answered(ToolCodes.Ok, output, "");
        string xml = CibWriter.Write(changed with { Status = ClusterStatus.Empty });
        return new ToolOutcome.Wished(
            new ControlRequest.Submit(new Command.ChangeConfiguration(
                xml, context.State.Configuration.Version, null, $"agent of {(call.Resource.Length > 0 ? call.Resource : context.Self)}",
                $"{call.Tool} {Shown(call.Arguments)}")),
            output);
    }

    // The comment goes into the configuration's history, where every user can read it.
    private static string Shown(ImmutableArray<string> arguments) =>
        arguments.Any(a => SecretNames.Contains(a[(a.IndexOf('=', StringComparison.Ordinal) + 1)..]) || SecretNames.Contains(a.TrimStart('-')[Math.Min(1, a.TrimStart('-').Length)..]))
            ? "about a secret"
            : string.Join(' ', arguments);

    /// <summary>The CIB with a node's entry in it, should it have none.</summary>
    public static Cib WithNode(ToolContext context, NodeId node)
    {
        Cib cib = context.State.Cib;
        if (cib.Configuration.Nodes.Any(n => n.Name == node) || context.State.Member(node) is not { } member)
            return cib;
        return cib with
        {
            Configuration = cib.Configuration with { Nodes = cib.Configuration.Nodes.Add(new Node(member.Uuid, node)) },
        };
    }

    /// <summary>What a value means: <c>++</c> and <c>+=N</c> count up.</summary>
    public static string Expand(string value, string? now)
    {
        int by = value.EndsWith("++", StringComparison.Ordinal) ? 1
            : value.IndexOf("+=", StringComparison.Ordinal) is >= 0 and var at ? Numbers.ParseInt(value[(at + 2)..]) ?? 0
            : 0;
        return by == 0
            ? value
            : (new Score(by) + (Score.Parse(now) ?? default)).ToString();
    }

    /// <summary>A number for people's eyes and reservation keys.</summary>
    public static string Text(uint number) => number.ToString(CultureInfo.InvariantCulture);
}
