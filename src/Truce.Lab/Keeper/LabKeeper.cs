using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Truce.Lab.Hosts;

namespace Truce.Lab.Keeper;

/// <summary>
/// The process that keeps a lab: switches, power switch, sequencer, and the boots that follow a power cycle.
/// It runs inside the lab's own namespaces, as the child of their first process: when it ends, the kernel
/// ends everything else of the lab with it, so that nothing can be left behind.
/// </summary>
public sealed class LabKeeper : IDisposable
{
    private readonly LabPaths _lab;
    private readonly LabDefinition _definition;
    private readonly EventLog _events;
    private readonly Network _network;
    private readonly PowerSwitch _power;
    private readonly SemaphoreSlim _networkTurn = new(1, 1);
    private readonly CancellationTokenSource _end = new();
    private LabSettings _settings;
    private Process? _sequencer;
    private Process? _witness;

    private LabKeeper(LabPaths lab, LabDefinition definition)
    {
        (_lab, _definition) = (lab, definition);
        _settings = ReadSettings(lab);
        _events = new EventLog(lab.Events);
        _network = new Network(lab, definition);
        IHostFactory hosts = definition.Isolation == Isolation.Processes
            ? new ProcessHosts(lab, definition)
            : new NamespaceHosts(lab, definition);
        _power = new PowerSwitch([.. definition.Nodes.Select(n => Outlet(n, hosts))], () => _settings,
            _events);
    }

    /// <summary>Keeps the lab in a folder until it is told to go down.</summary>
    public static async Task<int> RunAsync(string folder)
    {
        LabPaths lab = LabPaths.FromEnvironment(folder);
        LabDefinition definition = JsonSerializer.Deserialize(
            await File.ReadAllTextAsync(lab.Definition).ConfigureAwait(false),
            LabJson.Default.LabDefinition)!;
        using LabKeeper keeper = new(lab, definition);
        try
        {
            await keeper.KeepAsync().ConfigureAwait(false);
            return 0;
        }
        catch (Exception problem) when (problem is LabException or IOException)
        {
            await Console.Error.WriteLineAsync(problem.Message).ConfigureAwait(false);
            return 1;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _events.Dispose();
        _networkTurn.Dispose();
        _end.Dispose();
        foreach (NodePower node in _power.Nodes)
            node.Dispose();
    }

    private NodePower Outlet(LabNode node, IHostFactory hosts) => new(_lab, node, hosts, _events)
    {
        OnBoot = (host, cancel) =>
            InNetworkTurnAsync(() => _network.ApplyAsync(host, node.Name, cancel), cancel),
    };

    private async Task KeepAsync()
    {
        await _network.BuildAsync(_end.Token).ConfigureAwait(false);
        StartSequencer();
        if (_definition.Witness)
            _witness = Witness.Start(_lab);
        List<Task> servers = [.. _definition.Nodes.Select(Serve), ServeControl()];
        _events.Write("lab", $"up nodes={_definition.Nodes.Length} isolation={_definition.Isolation}");
        await Task.WhenAny(servers).ConfigureAwait(false);
        await Task.WhenAll(
            _power.Nodes.Select(n => n.OffAsync("lab", PowerCause.Lab, " lab-down", CancellationToken.None)))
            .ConfigureAwait(false);
        _sequencer?.Kill();
        _witness?.Kill();
    }

    private Task Serve(LabNode node) =>
        ServeAsync(_lab.Node(node.Name).PowerSocket, new PowerPort(node.Name, _power).ServeAsync);

    private Task ServeControl() => ServeAsync(_lab.Control, ServeControlAsync);

    private async Task ServeAsync(string path, Func<LineConnection, CancellationToken, Task> serve)
    {
        using LineServer server = new(path, serve);
        server.Bind();
        await server.RunAsync(_end.Token).ConfigureAwait(false);
    }

    private void StartSequencer()
    {
        if (_definition.Engine != LabEngine.Local)
            return;
        string twoNodes = _definition.Nodes.Length == 2 ? "1" : "0"; // One vote of two may then be quorate.
        _sequencer = Process.Start(_definition.Daemon,
        [
            "--role", "sequencer", "--socket", _lab.EngineSocket, "--nodes", NodeView.Nodes(_definition),
            "--token-ms", _definition.TokenMs.ToString(CultureInfo.InvariantCulture),
            "--two-node", twoNodes, "--wait-for-all", twoNodes,
        ]);
    }

    private async Task ServeControlAsync(LineConnection connection, CancellationToken cancel)
    {
        while (await connection.ReadAsync(cancel).ConfigureAwait(false) is { } line)
        {
            ControlReply reply = await AnswerAsync(line).ConfigureAwait(false);
            await connection.WriteAsync(JsonSerializer.Serialize(reply, LabJson.Default.ControlReply), cancel)
                .ConfigureAwait(false);
            if (line.Contains("\"down\"", StringComparison.Ordinal))
                await _end.CancelAsync().ConfigureAwait(false);
        }
    }

    private async Task<ControlReply> AnswerAsync(string line)
    {
        try
        {
            ControlRequest request = JsonSerializer.Deserialize(line, LabJson.Default.ControlRequest)!;
            await DoAsync(request).ConfigureAwait(false);
            return new ControlReply { Status = request.Verb == "status" ? Status() : null };
        }
        catch (LabException problem)
        {
            return new ControlReply
                { Failure = problem.Kind, Message = problem.Message, Remedy = problem.Remedy };
        }
        catch (JsonException problem)
        {
            return new ControlReply { Failure = LabFailure.BadInput, Message = problem.Message };
        }
#pragma warning disable CA1031 // The keeper's top loop: a defect is told to who asked, and the lab lives on.
        catch (Exception defect)
#pragma warning restore CA1031
        {
            return new ControlReply
                { Failure = LabFailure.Failed, Message = $"a bug in the lab: {defect}" };
        }
    }

    private Task DoAsync(ControlRequest request) => request.Verb switch
    {
        "status" or "down" => Task.CompletedTask,
        "boot" => Outlet(request).OnAsync("lab", _end.Token),
        "kill" => Outlet(request).OffAsync("lab", PowerCause.Lab, "", _end.Token),
        "pause" => Outlet(request).PauseAsync(true, _end.Token),
        "thaw" => Outlet(request).PauseAsync(false, _end.Token),
        "cut" => CutAsync(request),
        "heal" => HealAsync(),
        "set" => SetAsync(request),
        "note" => NoteAsync(request),
        _ => throw new LabException(LabFailure.BadInput, $"{request.Verb}: unknown verb"),
    };

    private NodePower Outlet(ControlRequest request) => _power.Find(request.Node ?? "");

    private async Task CutAsync(ControlRequest request)
    {
        string[] from = [.. request.From ?? []], to = [.. request.To ?? []];
        await InNetworkTurnAsync(
            () => _network.CutAsync(from, to, request.Link, request.OneWay, _power.Nodes, _end.Token),
            _end.Token).ConfigureAwait(false);
        string link = request.Link is { } l ? $" link={l}" : "";
        _events.Write(string.Join(',', from),
            $"cut to={string.Join(',', to)}{link}{(request.OneWay ? " one-way" : "")}");
    }

    private async Task HealAsync()
    {
        await InNetworkTurnAsync(() => _network.HealAsync(_power.Nodes, _end.Token), _end.Token)
            .ConfigureAwait(false);
        _events.Write("lab", "heal");
    }

    private async Task SetAsync(ControlRequest request)
    {
        _settings = _settings.With(request.Key ?? "", request.Value ?? "");
        await File.WriteAllTextAsync(_lab.Settings,
            JsonSerializer.Serialize(_settings, LabJson.Default.LabSettings), _end.Token)
            .ConfigureAwait(false);
        _events.Write("lab", $"set {request.Key}={request.Value}");
    }

    private Task NoteAsync(ControlRequest request)
    {
        _events.Write(request.Node ?? "lab", request.Value ?? "");
        return Task.CompletedTask;
    }

    private LabStatus Status() => new()
    {
        Isolation = _definition.Isolation,
        Engine = _definition.Engine,
        Links = _definition.Links,
        Settings = _settings,
        Cuts = _network.Describe(),
        Nodes = [.. _power.Nodes.Select(StatusOf)],
    };

    private static LabNodeStatus StatusOf(NodePower node) => new()
    {
        Name = node.Node.Name,
        Power = node.Host is null ? "off" : "on",
        Paused = node.Paused,
        Incarnation = node.Incarnation,
        Pid = node.Host?.FirstProcess,
        Address = LabDefinition.Address(0, node.Node.Number),
    };

    private async Task InNetworkTurnAsync(Func<Task> action, CancellationToken cancel)
    {
        await _networkTurn.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            await action().ConfigureAwait(false);
        }
        finally
        {
            _networkTurn.Release();
        }
    }

    private static LabSettings ReadSettings(LabPaths lab) => File.Exists(lab.Settings)
        ? JsonSerializer.Deserialize(File.ReadAllText(lab.Settings), LabJson.Default.LabSettings)!
        : new LabSettings();
}
