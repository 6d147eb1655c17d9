using Truce.Daemon.Configuration;
using Truce.Ports;

namespace Truce.Daemon.Hosting;

/// <summary>Joins an engine that may not run yet, or hang.</summary>
internal static class EngineJoining
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_answerMax = TimeSpan.FromSeconds(5);

    /// <summary>Waits for the engine, saying meanwhile that this process is
    /// alive; null: asked to end.</summary>
    public static IEngineConnection? JoinWhenThere(RoleProcess process, string group)
    {
        string said = "";
        void Say(string reason)
        {
            if (said != reason)
                process.SayWaiting(said = reason);
        }

        while (!process.StopWasAsked)
        {
            // An engine that hangs takes the call and never returns from it.
            Task<Attempt> attempt = Task.Run(() => Try(process, group));
            for (TimeSpan waited = TimeSpan.Zero; Task.WaitAny([attempt], s_pause) < 0; waited += s_pause)
            {
                process.SayAlive();
                if (process.StopWasAsked)
                    return null;
                if (waited >= s_answerMax)
                    Say("the engine doesn't answer (is Corosync hanging?)");
            }

            switch (attempt.GetAwaiter().GetResult())
            {
                case { Engine: { } engine }:
                    return engine;
                case { Problem: { Refused: true } refused }:
                    throw new ConfigurationException($"the engine refuses this node: {refused.Message}");
                case { Problem.Message: var reason }:
                    Say(reason);
                    break;
            }

            process.SayAlive();
            Thread.Sleep(s_pause);
        }

        return null;
    }

    private static Attempt Try(RoleProcess process, string group)
    {
        try
        {
            return new Attempt(
                Engines.Join(
                    process.Configuration, group,
                    e => process.Mailbox.Post(new RoleInput.FromEngine(e)),
                    e => process.Mailbox.TryPost(new RoleInput.FromEngine(e))),
                null);
        }
        catch (EngineUnavailableException problem)
        {
            return new Attempt(null, problem);
        }
    }

    private sealed record Attempt(IEngineConnection? Engine, EngineUnavailableException? Problem);
}
