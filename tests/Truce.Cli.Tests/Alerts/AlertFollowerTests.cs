using Truce.Cli.Alerts;
using Truce.Cli.Cluster;
using Truce.Contracts;

namespace Truce.Cli.Tests.Alerts;

public sealed class AlertFollowerTests : IDisposable
{
    private const string Agent =
        """<alerts><alert id="told" path="/agent"><recipient id="r" value="x"/></alert></alerts>""";

    private static readonly DateTimeOffset s_at = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly ScriptedCluster _cluster = new();
    private readonly List<ClusterEvent> _events =
        [Event(1, "node-joined", "n1"), Event(2, "node-joined", "n2")];
    private readonly List<AlertCall> _calls = [];
    private readonly StringWriter _error = new();
    private readonly AlertFollower _follower;

    public AlertFollowerTests()
    {
        _cluster.Configuration = With(Agent);
        _cluster.Answer = asked => asked is ClientRequest.GetEvents(var after, _, _)
            ? new ClientReply.Events([.. _events.Where(e => e.Index > after)], 1) : null;
        Terminal terminal = new() { Cluster = _cluster };
        CliContext context = terminal.Context(TextWriter.Null, _error);
        _follower = new AlertFollower(
            context, CommandLine.Create(context).Parse(["alerts", "--socket", "s"]), _calls.Add);
    }

    [Fact]
    public async Task What_happened_before_it_began_is_not_told_and_what_follows_once()
    {
        await StepAsync();
        await StepAsync();
        Assert.Empty(_calls);
        _events.Add(Event(3, "node-lost", "n3"));
        await StepAsync();
        await StepAsync();
        AlertCall call = Assert.Single(_calls);
        Assert.Equal("n3 lost 1",
            $"{Value(call, "node")} {Value(call, "desc")} {Value(call, "node_sequence")}");
    }

    [Fact]
    public async Task A_new_configuration_counts_at_once()
    {
        await StepAsync();
        _cluster.Configuration = With("");
        _events.Add(Event(3, "configuration", null));
        await StepAsync();
        _events.Add(Event(4, "node-lost", "n3"));
        await StepAsync();
        Assert.Empty(_calls);
        _cluster.Configuration = With(Agent);
        _events.Add(Event(5, "configuration", null));
        _events.Add(Event(6, "node-joined", "n3"));
        await StepAsync();
        Assert.Equal("member", Value(Assert.Single(_calls), "desc"));
    }

    [Fact]
    public async Task Another_cluster_begins_anew()
    {
        await StepAsync();
        _events.Clear();
        _events.Add(Event(1, "node-lost", "n3"));
        _cluster.Status = c => c.Running() with { Lineage = "L2" };
        await StepAsync();
        await StepAsync();
        Assert.Empty(_calls);
        _events.Add(Event(2, "node-joined", "n3"));
        await StepAsync();
        Assert.Equal("member", Value(Assert.Single(_calls), "desc"));
    }

    [Fact]
    public async Task Without_agents_little_is_asked()
    {
        _cluster.Configuration = With("");
        await StepAsync();
        _cluster.Asked.Clear();
        await StepAsync();
        Assert.DoesNotContain(_cluster.Asked, a =>
            a is ClientRequest.GetConfiguration or ClientRequest.GetFenceHistory);
    }

    [Fact]
    public async Task A_cluster_that_goes_is_said_once_and_told_on_once_it_is_back()
    {
        using CancellationTokenSource end = new();
        int asked = 0;
        Func<ClientRequest, ClientReply?> events = _cluster.Answer;
        _cluster.Answer = request =>
        {
            // A follower that gets nowhere asks for ever.
            if (_cluster.Asked.Count > 1000)
                end.Cancel();
            if (request is not ClientRequest.GetEvents { WaitMs: > 0 })
                return events(request);
            asked++;
            if (asked is 2 or 3)
                throw new CommandException(ExitCode.Unreachable, "gone");
            if (asked == 4)
                _events.Add(Event(3, "node-lost", "n3"));
            if (asked == 6)
                end.Cancel();
            return events(request);
        };
        await _follower.RunAsync(end.Token);
        Assert.Single(_calls);
        Assert.Equal("truce: gone\ntruce: the cluster answers again\n", _error.ToString());
    }

    public void Dispose() => _error.Dispose();

    private Task StepAsync() => _follower.StepAsync(_cluster, TestContext.Current.CancellationToken);

    private static string With(string alerts) =>
        ScriptedCluster.Xml.Replace("<constraints/>", "<constraints/>" + alerts, StringComparison.Ordinal);

    private static string Value(AlertCall call, string name) => call.Environment["CRM_alert_" + name];

    private static ClusterEvent Event(long index, string kind, string? node) =>
        new(index, s_at, 0, kind, node, null, "");
}
