using System.Runtime.CompilerServices;
using Truce.Control;
using Truce.Explore.Forking;
using Truce.Model.Replication;

namespace Truce.Explore.World;

/// <summary>Finds acknowledgements that a member only takes note of: nothing is committed by them, and no
/// shot or answer waits for what others hold.</summary>
internal static class IdleDelivery
{
    public static bool Is(ControlMachine control, RingMessage message)
    {
        if (message.Message is not PeerMessage.Acknowledge acknowledge || control.State is not { } state)
            return false;
        LogMember log = Log(control);
        if (log.Active is not { } active)
            return false;
        // An own one lets the next one go.
        if (message.Sender == Self(control).Member && acknowledge.Index < active.Last)
            return false;
        Acknowledgements known = Acks(log);
        if (acknowledge.Index <= known.Of(message.Sender.Node))
            return true;
        Acknowledgements heard = Copier.Copy(known);
        heard.Hear(message.Sender.Node, acknowledge.Index);
        return heard.Committed() == known.Committed() && state.OpenFences.All(
            f => heard.IsHeldWithout(f.Intent.Target, f.Index) == known.IsHeldWithout(f.Intent.Target,
                f.Index));
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_log")]
    private static extern ref LogMember Log(ControlMachine control);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_self")]
    private static extern ref ControlIdentity Self(ControlMachine control);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_acks")]
    private static extern ref Acknowledgements Acks(LogMember log);
}
