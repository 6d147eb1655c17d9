using Truce.Control.Components;
using Truce.Daemon.Configuration;
using Truce.Daemon.Hosting;
using Truce.Daemon.Power;
using Truce.Daemon.Storage;
using Truce.Ports;
using Truce.Runtime.Supervisor;

namespace Truce.Daemon.Roles;

/// <summary>The supervisor's process: the role over child processes, watchdog,
/// power and its engine group.</summary>
internal static class SupervisorProcess
{
    public static int Run(DaemonConfiguration configuration, string configurationFile)
    {
        using RoleProcess process = RoleProcess.Begin(configuration, RoleKind.Supervisor);
        RoleProcesses roles = new(
            Path.GetFullPath(configurationFile), configuration.RunDirectory,
            e => process.Mailbox.Post(new RoleInput.FromProcessHost(e)));
        IPower power = Powers.Choose(configuration, roles);
        using ServiceManager manager = ServiceManager.Take(Powers.Choose(configuration));
        RoleUser apiUser = RoleUser.Find(configuration.ApiUser);
        process.Links.Listen(configuration.Socket("supervisor"), RoleKind.Supervisor, apiUser);
        using RejoiningEngine engine = new(
            configuration.Node, tell => Engines.Join(configuration, Engines.Supervisors, tell),
            e => process.Mailbox.Post(new RoleInput.FromEngine(e)));
        ResetRecord resets = new(configuration);
        resets.HandOver();
        if (ResetRule.Objection(resets.Read(), DateTimeOffset.UtcNow) is { } objection)
            OutMarks.StayOut(configuration, objection, OutStore.Sound);
        SupervisorRole role = new(
            new SupervisorOptions
            {
                RespawnMax = configuration.RespawnMax,
                RespawnWindow = configuration.RespawnWindow,
                StallLimit = configuration.StallLimit,
                Need = OutMarks.Out(configuration) is null ? ComponentNeed.Essential : ComponentNeed.Optional,
                EngineGrace = configuration.EngineGrace,
                Losses = configuration.Losses,
                Kept = new KeptLosses(configuration),
                StopLimit = configuration.StopLimit,
                StayOut = reason => OutMarks.StayOut(configuration, reason, OutStore.Sound),
                Resets = resets,
                Groups = configuration.Groups,
                ApiUser = (apiUser as RoleUser.Other)?.User,
            },
            roles, process.Links, manager, power, engine, process.Log);
        manager.SayReady();
        int code = process.Run(role);
        // The engine's writer thread still has to say that we leave.
        Thread.Sleep(s_leaveTime);
        return code;
    }

    private static readonly TimeSpan s_leaveTime = TimeSpan.FromMilliseconds(50);
}
