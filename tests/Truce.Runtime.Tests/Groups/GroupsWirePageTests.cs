using System.Text;
using System.Text.Json.Nodes;
using Truce.Contracts.Groups;
using Truce.Groups;
using Truce.Runtime.Groups;

namespace Truce.Runtime.Tests.Groups;

/// <summary>docs/reference/groups-wire.md shows every message, and each as it really is.</summary>
public sealed class GroupsWirePageTests
{
    private static readonly string s_page = File.ReadAllText(Page());

    private static IEnumerable<string> Lines(char side) => s_page.Split('\n')
        .Where(l => l.StartsWith($"{side} {{", StringComparison.Ordinal)).Select(l => l[2..]);

    [Fact]
    public void Each_line_of_a_client_is_read_and_each_kind_is_shown()
    {
        HashSet<Type> shown = [];
        foreach (string line in Lines('>'))
        {
            GroupsRequest? request = GroupsWire.ReadRequest(Encoding.UTF8.GetBytes(line), out string error);
            Assert.True(request is not null, $"{error}: {line}");
            shown.Add(request.GetType());
        }

        Assert.Equal(Cases(typeof(GroupsRequest)), shown.Select(t => t.Name).Order());
    }

    [Fact]
    public void Each_line_of_a_server_is_what_a_server_writes_and_each_kind_is_shown()
    {
        HashSet<Type> shown = [];
        foreach (string line in Lines('<'))
        {
            GroupsReply? reply = GroupsWire.ReadReply(Encoding.UTF8.GetBytes(line), out string error);
            Assert.True(reply is not null, $"{error}: {line}");
            shown.Add(reply.GetType());
            Assert.True(
                JsonNode.DeepEquals(JsonNode.Parse(line), JsonNode.Parse(GroupsWire.Text(reply))),
                $"{line}\n{GroupsWire.Text(reply)}");
        }

        Assert.Equal(Cases(typeof(GroupsReply)), shown.Select(t => t.Name).Order());
    }

    [Fact]
    public void Every_code_of_a_refusal_is_explained()
    {
        Assert.All(Enum.GetValues<RefusalCode>(), c => Assert.Contains(
            $"`{WireTelling.CodeOf(c)}`", s_page, StringComparison.Ordinal));
        Assert.All(Enum.GetValues<CloseReason>(), c => Assert.Contains(
            $"`{WireTelling.Of(c).Code}`", s_page, StringComparison.Ordinal));
    }

    [Fact]
    public void The_limits_are_those_in_force()
    {
        GroupsLimits limits = new();
        Assert.Contains($"| {limits.Clients:#,0}; 64 |", s_page, StringComparison.Ordinal);
        Assert.Contains($"| {limits.Groups:#,0} each |", s_page, StringComparison.Ordinal);
        Assert.Contains($"| {limits.Providers}; {limits.Queue} |", s_page, StringComparison.Ordinal);
        Assert.Contains(
            $"| {limits.NameBytes}; {limits.ValueBytes:#,0}; {limits.MessageBytes:#,0}; ",
            s_page,
            StringComparison.Ordinal);
        Assert.Contains($"| {limits.StateBytes >> 20} MiB |", s_page, StringComparison.Ordinal);
        Assert.Contains($"| {limits.OutboxBytes >> 10} KiB |", s_page, StringComparison.Ordinal);
        Assert.Contains($"\"lineBytes\":{GroupsWire.RequestBytesMax}", s_page, StringComparison.Ordinal);
        Assert.Equal(GroupsWire.MessageBytesMax, limits.MessageBytes);
    }

    private static IEnumerable<string> Cases(Type hierarchy) =>
        hierarchy.GetNestedTypes().Where(t => t.IsSubclassOf(hierarchy)).Select(t => t.Name).Order();

    private static string Page()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Truce.slnx")))
            folder = Path.GetDirectoryName(folder)!;
        return Path.Combine(folder, "docs", "reference", "groups-wire.md");
    }
}
