using Truce.Model;

namespace Truce.Explore.World;

/// <summary>What can happen next.</summary>
internal enum MoveKind
{
    /// <summary>A node's engine hands over the next item of its ring.</summary>
    Deliver,

    /// <summary>Quorum of the present ring is told to a node.</summary>
    Quorum,

    /// <summary>Rings are formed of those who hear each other.</summary>
    Form,

    /// <summary>A plan is ready.</summary>
    Plan,

    /// <summary>An agent's run ends as it should.</summary>
    End,

    /// <summary>A device does what it was asked for.</summary>
    Switch,

    /// <summary>A device has said that it did.</summary>
    Confirm,

    /// <summary>A controller's process begins.</summary>
    Begin,

    /// <summary>A machine is given the time that it has asked for.</summary>
    Fire,

    /// <summary>Nothing else is under way: time goes on to the next instant that a machine has asked
    /// for.</summary>
    Wait,

    /// <summary>A node without power boots.</summary>
    Boot,

    /// <summary>All nodes hear each other again.</summary>
    Heal,

    /// <summary>A stopped controller goes on.</summary>
    Thaw,

    /// <summary>A device does what a node asked for that has lost its power since.</summary>
    SwitchLate,

    /// <summary>A fault: a node loses its power.</summary>
    CutPower,

    /// <summary>A fault: a controller's process is killed.</summary>
    KillController,

    /// <summary>A fault: an executor's process is killed.</summary>
    KillExecutor,

    /// <summary>A fault: a fencer's process is killed.</summary>
    KillFencer,

    /// <summary>A fault: a node and the others no longer hear each other.</summary>
    Split,

    /// <summary>A fault: an agent's run fails, without effect.</summary>
    Fail,

    /// <summary>A fault: a start fails, and leaves its service running.</summary>
    FailHalf,

    /// <summary>A fault: a device does nothing and says so.</summary>
    DeviceFails,

    /// <summary>A fault: a controller's process is stopped.</summary>
    Pause,

    /// <summary>A fault: a service dies, and its monitor finds that.</summary>
    Die,

    /// <summary>A fault: the next instant comes before what is under way is over.</summary>
    Late,

    /// <summary>A fault that stays: from here on no stop of a service succeeds.</summary>
    StopsFail,
}

/// <summary>A step of the world.</summary>
/// <param name="Kind">What happens.</param>
/// <param name="Node">To whom; null: to all.</param>
/// <param name="What">What of it; empty: there is only one.</param>
internal readonly record struct Move(MoveKind Kind, NodeId? Node = null, string What = "")
{
    /// <summary>Whether it goes wrong.</summary>
    public bool IsFault => Kind >= MoveKind.CutPower;

    /// <summary>Whether time stands still before it has happened. The others may also not happen.</summary>
    public bool IsPrompt => Kind <= MoveKind.Fire;

    public override string ToString() =>
        string.Join(' ', new[] { Kind.ToString(), Node?.Value ?? "-", What }.Where(t => t.Length > 0));

    /// <summary>What <see cref="ToString"/> wrote.</summary>
    public static Move Read(string line)
    {
        string[] parts = line.Split(' ', 3);
        return new Move(
            Enum.Parse<MoveKind>(parts[0]), parts[1] == "-" ? null : new NodeId(parts[1]),
            parts.Length > 2 ? parts[2] : "");
    }
}
