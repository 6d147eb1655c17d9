using Truce.Contracts;
using Truce.Model;
using Truce.Simulator.World;

namespace Truce.Runtime.Tests;

/// <summary>That each thing a client can ask for is judged by the rule for it, where it is decided.</summary>
public sealed class AccessByVerbTests
{
    private readonly SimulatedCluster _cluster = ControllerClusterTests.Running(seed: 31, services: 1,
        nodes: 2);

    public static TheoryData<string> Verbs =>
    [
        "fence", "confirm", "release", "resync", "cleanup", "restart", "attribute", "ticket", "tool",
            "secrets",
        "configure",
    ];

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Whoever_has_no_right_to_it_is_refused(string verb)
    {
        ClientReply reply = Ask(verb, new ClientCaller(1_000, 1_000, "mallory", Groups: ["truce"]));
        ClientReply.Refused refused = Assert.IsType<ClientReply.Refused>(reply);
        Assert.Equal(RefusalKind.Permission, refused.Kind);
    }

    [Theory]
    [InlineData("attribute")]
    [InlineData("secrets")]
    public void Root_is_not(string verb) =>
        Assert.IsNotType<ClientReply.Refused>(Ask(verb, new ClientCaller(0, 0, "root")));

    private ClientReply Ask(string verb, ClientCaller caller)
    {
        SimulatedNode node = _cluster.Node(1);
        string id = $"{verb}-{caller.Name}";
        node.Ask(id, Request(verb), caller);
        ClientReply? Found() => node.Answers.FirstOrDefault(a => a.Id == id).Reply;
        _cluster.Clock.RunUntil(() => Found() is not null, TimeSpan.FromSeconds(30));
        return Found()!;
    }

    private static ClientRequest Request(string verb) => verb switch
    {
        "fence" => new ClientRequest.FenceNode("n2", "off", "because"),
        "confirm" => new ClientRequest.ConfirmFenced("n2", "because"),
        "release" => new ClientRequest.ReleaseFencing("n2", "because"),
        "resync" => new ClientRequest.ResyncNode("n2", "because"),
        "cleanup" => new ClientRequest.Cleanup("r1", null, CleanupScope.Failures),
        "restart" => new ClientRequest.Restart("r1", null),
        "attribute" => new ClientRequest.SetTransient("n1", "load", "1"),
        "ticket" => new ClientRequest.SetTicket("t", true, null),
        "tool" => new ClientRequest.RunTool("crm_attribute", "r1", ["-n", "x"]),
        "secrets" => new ClientRequest.GetConfiguration(null,
            WithStatus: false) { Secrets = SecretsShown.Shown },
        "configure" => new ClientRequest.ApplyConfiguration(
            Truce.Simulator.Scenarios.Configurations.Services(2), null, CheckOnly: false, ""),
        _ => throw new InvalidOperationException(verb),
    };
}
