using System.Text.Json;

namespace Truce.EndToEnd.Driving;

/// <summary>A node in the status.</summary>
internal sealed record NodeView(string Name, string State, string Incarnation);

/// <summary>A resource, or an instance of it, in the status.</summary>
internal sealed record ResourceView(
    string Id, string? Instance, string? Node, string Role, bool Failed, bool Managed)
{
    /// <summary>Active in any role.</summary>
    public bool IsActive => Role is "Started" or "Promoted" or "Unpromoted" && Node is not null;
}

/// <summary>What <c>truce status --json</c> says, as CONTRACTS-bound scripts read it.</summary>
internal sealed record ClusterView(
    bool Quorate, string? Coordinator, string State,
        IReadOnlyList<NodeView> Nodes, IReadOnlyList<ResourceView> Resources,
    IReadOnlyList<string> Quarantined, string Text)
{
    /// <summary>Nodes that can run resources.</summary>
    public int Online => Nodes.Count(n => n.State == "online");

    /// <summary>Nothing under way, nothing failed.</summary>
    public bool IsSettled => Quorate && State == "settled";

    /// <summary>Where a resource is active, exactly once; null otherwise.</summary>
    public string? NodeOf(string id) =>
        Resources.Where(r => r.Id == id && r.IsActive).ToArray() is [var one] ? one.Node : null;

    /// <summary>Reads the JSON.</summary>
    public static ClusterView Parse(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        JsonElement root = document.RootElement;
        return new ClusterView(
            root.GetProperty("quorate").GetBoolean(),
            root.GetProperty("coordinator").GetString(),
            root.GetProperty("state").GetString()!,
            [.. root.GetProperty("nodes").EnumerateArray().Select(Node)],
            [.. root.GetProperty("resources").EnumerateArray().Select(Resource)],
            [.. root.GetProperty("quarantined").EnumerateArray().Select(n => n.GetString()!)],
            json);
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    private static NodeView Node(JsonElement node) => new(
        node.GetProperty("name").GetString()!, node.GetProperty("state").GetString()!,
            node.GetProperty("incarnation").ToString());

    private static ResourceView Resource(JsonElement r) => new(
        r.GetProperty("id").GetString()!,
        r.GetProperty("instance").ToString(),
        r.GetProperty("node").GetString(),
        r.GetProperty("role").GetString()!,
        r.GetProperty("failed").GetBoolean(),
        r.GetProperty("managed").GetBoolean());
}
