using Truce.Daemon.Configuration;
using Truce.Ports;

namespace Truce.Daemon.Hosting;

/// <summary>Joins an engine that may not run yet.</summary>
internal static class EngineJoining
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Waits for the engine, saying meanwhile that this process is
    /// alive; null: asked to end.</summary>
    public static IEngineConnection? JoinWhenThere(RoleProcess process, string group)
    {
        string said = "";
        while (!process.StopWasAsked)
        {
            try
            {
                return Engines.Join(
                    process.Configuration, group,
                    e => process.Mailbox.Post(new RoleInput.FromEngine(e)),
                    e => process.Mailbox.TryPost(new RoleInput.FromEngine(e)));
            }
            catch (EngineUnavailableException e)
            {
                if (e.Refused)
                    throw new ConfigurationException($"the engine refuses this node: {e.Message}");
                if (said != e.Message)
                    process.SayWaiting(said = e.Message);
                process.SayAlive();
                Thread.Sleep(s_pause);
            }
        }

        return null;
    }
}
