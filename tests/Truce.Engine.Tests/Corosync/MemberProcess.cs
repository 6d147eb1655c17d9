using System.Runtime.InteropServices;
using System.Text;
using Truce.Engine.Corosync;
using Truce.Engine.Local.Wire;
using Truce.Model;
using Truce.Ports;

namespace Truce.Engine.Tests.Corosync;

/// <summary>A process that is a member of a group on the host where it was started.</summary>
internal static partial class MemberProcess
{
    private const int SignalKill = 9;

    public static int Run(string node, string group)
    {
        MemberWire wire = new(Console.OpenStandardInput(), Console.OpenStandardOutput());
        ManualResetEventSlim joined = new();
        try
        {
            using CorosyncEngine engine = CorosyncEngine.Join(
                new CorosyncEngineOptions(new NodeId(node), group)
                {
                    WatchesLinks = true,
                    VetoesShutdown = true,
                },
                told =>
                {
                    joined.Wait();
                    wire.Write(told);
                });
            wire.Write(MemberWord.Joined,
                [.. BitConverter.GetBytes((int)engine.Token.TotalMilliseconds), .. MemberWire.Member(engine.Self)]);
            joined.Set();
            Obey(wire, engine);
            return 0;
        }
        catch (EngineUnavailableException e)
        {
            wire.Write(MemberWord.Refused, Encoding.UTF8.GetBytes($"{(e.Refused ? 1 : 0)}{e.Message}"));
            return 1;
        }
    }

    private static void Obey(MemberWire wire, CorosyncEngine engine)
    {
        while (wire.Read() is var (word, body))
        {
            if (word == MemberWord.Send)
                wire.Write(MemberWord.Result, [(byte)engine.TrySend(body)]);
            else if (word == MemberWord.Leave)
                engine.Leave();
            else
                _ = Kill(Environment.ProcessId, SignalKill);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
