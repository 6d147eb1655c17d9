using System.Text;
using Truce.Contracts;
using Truce.Fuzz.Running;
using Truce.Model;
using Truce.Ports;
using Truce.Runtime.Controller;

namespace Truce.Fuzz.Targets;

/// <summary>Messages of every protocol between roles, clients and nodes, and what is stored of
/// them.</summary>
internal static class MessageTargets
{
    private static readonly string[] s_words =
    [
        "{\"type\":\"", "\"id\":", "null", "[]", "{}", "true", "-0", "1e999", "\"\\ud800\"",
            "\"get-status\"", "\"apply-configuration\"", "\"run-tool\"", "\"hello\"", "\"order\"",
        ",", ":", "[[[[[[[[", "\"$type\":", "\"caller\":{\"user\":0,\"group\":0,\"name\":\"r\"}",
    ];

    /// <summary>Requests of clients.</summary>
    public static FuzzTarget Calls { get; } = new("calls", [.. SeedMessages.Calls], s_words, input =>
    {
        if (ClientProtocol.DecodeCall(input, out _) is { } call)
            _ = ClientProtocol.Encode(call);
        if (ClientProtocol.DecodeAnswer(input, out _) is { } answer)
            _ = answer.ToString();
    });

    /// <summary>Between controller and executor.</summary>
    public static FuzzTarget Executor { get; } = new("executor", [.. SeedMessages.Texts], s_words, input =>
    {
        _ = RoleProtocol.DecodeExecutorRequest(input, out _)?.ToString();
        _ = RoleProtocol.DecodeExecutorReply(input, out _)?.ToString();
    });

    /// <summary>Between supervisor and roles.</summary>
    public static FuzzTarget Supervisor { get; } = new(
        "supervisor", [.. SeedMessages.Texts], s_words, input =>
        _ = RoleProtocol.DecodeSupervisorMessage(input, out _)?.ToString());

    /// <summary>Between controllers.</summary>
    public static FuzzTarget Peers { get; } = new("peers", [.. SeedMessages.Texts], s_words, input =>
    {
        if (PeerProtocol.Decode(input, out _) is { } message)
            _ = PeerProtocol.Encode(message);
        _ = PeerReading.Of(input);
    });

    /// <summary>Records of a disk: readable, or an invariant that names them.</summary>
    public static FuzzTarget Stored { get; } = new("stored", [.. SeedMessages.Texts], s_words, input =>
    {
        int tables = Enum.GetValues<StoreTable>().Length;
        StoreTable table = Enum.GetValues<StoreTable>()[input.Length == 0 ? 0 : input[0] % tables];
        try
        {
            _ = StoreMapping.FromRecords(
                new StoreEvent.Loaded(
                false, [new StoreRecord(table, "k", input.AsMemory(Math.Min(1, input.Length)))]));
        }
        catch (InvariantException)
        {
            // The answer for a record that can't be read.
        }
    });
}

/// <summary>One message of each kind.</summary>
internal static class SeedMessages
{
    private static readonly string[] s_texts =
    [
        "{\"type\":\"hello\",\"node\":\"n1\",\"version\":1}",
            "{\"type\":\"submit\",\"command\":{\"type\":\"set-transient\",\"node\":\"n1\",\"name\":\"a\",\"value\":\"b\"}}",
        "{\"cluster\":\"c\",\"lineage\":1,\"featureLevel\":1}",
            "{\"type\":\"start\",\"operationId\":\"1\",\"order\":{\"resource\":\"r\"}}",
            "{\"type\":\"alive\",\"session\":\"s\",\"stuck\":0}",
    ];

    /// <summary>Calls.</summary>
    public static IEnumerable<byte[]> Calls =>
    [
        .. new ClientRequest[]
        {
            new ClientRequest.Greet(1), new ClientRequest.GetStatus(),
                new ClientRequest.GetConfiguration(3, true), new ClientRequest.GetEvents(0, 10, 0),
            new ClientRequest.ApplyConfiguration(SeedCibs.All[0], null, false, "c"),
                new ClientRequest.SetTransient("n1", "a", "b"),
            new ClientRequest.Cleanup("r", null, CleanupScope.Everything),
                new ClientRequest.FenceNode("n1", "off", "why"),
            new ClientRequest.RunTool("crm_attribute", "r", ["-n", "x"]),
                new ClientRequest.SetTicket("t", true, null), new ClientRequest.Restart("r", null),
        }.Select(r => ClientProtocol.Encode(new ClientCall("1", new ClientCaller(0, 0, "root"), r))),
    ];

    /// <summary>Texts to begin with for the others.</summary>
    public static IEnumerable<byte[]> Texts =>
    [
        .. Calls,
        .. s_texts.Select(Encoding.UTF8.GetBytes),
    ];
}
