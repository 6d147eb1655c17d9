using System.Security.Cryptography;
using System.Text;
using Truce.Control;
using Truce.Daemon.Configuration;
using Truce.Daemon.Hosting;
using Truce.Daemon.Judging;
using Truce.Daemon.Storage;
using Truce.Model;
using Truce.Ports;
using Truce.Runtime.Controller;
using Truce.Runtime.Controller.Gate;
using Truce.Scheduler;

namespace Truce.Daemon.Roles;

/// <summary>The controller's process: the role over engine, store, links and a planning thread.</summary>
internal static class ControllerProcess
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    public static int Run(DaemonConfiguration configuration, string configurationFile)
    {
        using RoleProcess process = RoleProcess.Begin(configuration, RoleKind.Controller);
        process.ConnectSupervisor();
        SchedulerPlanner planner = new();
        Rehearsal.Begin(planner);
        using StoreBegin begin = new(configuration);
        using SqliteStore store = new(
            Path.Combine(configuration.StateDirectory, "controller.db"), StoreDurability.Disk,
            e =>
            {
                process.Mailbox.Post(new RoleInput.FromStore(e));
                begin.Take(e);
            });
        // From joining on until its hello a member holds up all others: it joins
        // when it has read what it will say.
        while (!begin.Wait(s_pause) && !process.StopWasAsked)
            process.SayAlive();
        if (OutMarks.Out(configuration) is { } reason)
            return StayOut(process, reason);
        // A node that has joined in this boot may run resources: it joins all the same, to leave in order.
        if (begin.Failing is { } failing && !OutMarks.HasJoined(configuration))
            return StayOut(process, OutOfServiceRole.ReasonOf(failing));
        using IEngineConnection? engine = EngineJoining.JoinWhenThere(process, Engines.Controllers);
        if (engine is null)
            return 0;
        ControllerRole role = new(
            Options(process, configurationFile),
            engine, store, process.Links, new Worker(process.Mailbox.Post), planner, process.Pause,
            process.Log);
        process.Links.Listen(
            configuration.Socket("controller"), RoleKind.Api, RoleUser.Find(configuration.ApiUser));
        process.Links.Dial(configuration.Socket("executor"), RoleKind.Executor);
        process.Links.Dial(configuration.Socket("fencer"), RoleKind.Fencer);
        if (configuration.InitialConfiguration is { } file)
            InitialConfiguration.ApplyInBackground(file, configuration.Socket("controller"), process.Log);
        int code = process.Run(role);
        if (role.LeftInOrder)
            OutMarks.LeftInOrder(configuration);
        if (role.StaysOut is { } stays)
            OutMarks.StayOut(
                configuration, stays.Reason, stays.IsStoreOfUse ? OutStore.Sound : OutStore.Useless);
        return code;
    }

    private static ControllerOptions Options(RoleProcess process, string configurationFile)
    {
        DaemonConfiguration configuration = process.Configuration;
        string joinedCluster = OutMarks.JoinedCluster(configuration);
        OutMarks.Joined(configuration, joinedCluster);
        ResetRecord resets = new(configuration);
        return new ControllerOptions(
            configuration.Node, Uuid(configuration.Node), configuration.Cluster, process.Session,
                configuration.BootId)
        {
            SupervisorGrace = configuration.SupervisorGrace,
            AwaitsSnapshot = OutMarks.AwaitsSnapshot(configuration),
            JoinedCluster = joinedCluster,
            ResetReason = resets.Untold(),
            TakesPart = cluster =>
            {
                OutMarks.Joined(configuration, cluster);
                resets.Told();
            },
            Offers = new OfferMeans(
                new Worker(process.Mailbox.Post, "agents"), () => KnownAgents.Told(configuration)),
            Gate = new GateMeans(
                new Worker(process.Mailbox.Post, "judge"),
                    new ProcessJudge(Path.GetFullPath(configurationFile))),
        };
    }

    private static int StayOut(RoleProcess process, string reason)
    {
        process.Links.Listen(
            process.Configuration.Socket("controller"), RoleKind.Api,
            RoleUser.Find(process.Configuration.ApiUser));
        return process.Run(new OutOfServiceRole(process.Configuration.Node, reason, process.Links, process.Log));
    }

    /// <summary>The node's id in the CIB: of its name, so that it survives the loss of its disk.</summary>
    private static NodeUuid Uuid(NodeId node)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes("truce-node " + node.Value));
        return new NodeUuid(new Guid(hash.AsSpan(0, 16)).ToString());
    }

    /// <summary>What the store says at its begin: what it holds, or why it can't be used.</summary>
    private sealed class StoreBegin(DaemonConfiguration configuration) : IDisposable
    {
        private readonly ManualResetEventSlim _known = new();
        private volatile StoreEvent.Failing? _failing;

        /// <summary>Why nothing can be kept, as far as that is known when
        /// <see cref="Wait"/> has come to its end.</summary>
        public StoreEvent.Failing? Failing => _failing;

        public bool Wait(TimeSpan limit) => _known.Wait(limit);

        public void Dispose() => _known.Dispose();

        public void Take(StoreEvent told)
        {
            if ((told as StoreEvent.Failing ?? (told as StoreEvent.Loaded)?.Trouble) is { } failing)
                _failing = failing;
            // Another's state has been kept since.
            if (told is StoreEvent.Loaded { Records.Length: > 0 })
                OutMarks.SnapshotCame(configuration);
            if (told is StoreEvent.Loaded or StoreEvent.Failing)
                _known.Set();
        }
    }

    private sealed class SchedulerPlanner : IPlanner
    {
        public Plan Plan(Cib cib, PlanOptions options) => Planner.Plan(cib, options);
    }
}
