using Truce.Model;

namespace Truce.Groups;

/// <summary>
/// How one provider of this server shows that it is responsive: it answers pings in time, or its counter
/// grows. What changes is said to the others once; a late answer, or a counter that grows again, takes it
/// back.
/// </summary>
/// <param name="Terms">As it declared when it joined.</param>
/// <param name="Due">When the next ping is due, or the sign that is awaited overdue.</param>
internal sealed record Pulse(ResponsivenessTerms Terms, Instant Due)
{
    /// <summary>The last ping, or the last value of the counter.</summary>
    public long Number { get; init; }

    /// <summary>Whether a sign is awaited.</summary>
    public PulsePhase Phase { get; init; }

    /// <summary>What the others were told.</summary>
    public Responsiveness Said { get; init; }

    /// <summary>From the join on.</summary>
    public static Pulse Begin(ResponsivenessTerms terms, Instant now) => new(terms, now.Plus(terms.Every))
    {
        Phase = terms.By == ResponsivenessBy.Ping ? PulsePhase.Resting : PulsePhase.Awaiting,
    };

    /// <summary>What is to be done at <see cref="Due"/>.</summary>
    public (Pulse Next, PulseWork Work) Expire(Instant now)
    {
        if (Phase == PulsePhase.Resting)
        {
            Pulse asked = this with
            {
                Number = Number + 1,
                Phase = PulsePhase.Awaiting,
                Due = now.Plus(Terms.Limit),
            };
            return (asked, PulseWork.Ping);
        }

        Pulse overdue = Begin(Terms, now) with { Number = Number, Said = Responsiveness.Lost };
        return (overdue, Said == Responsiveness.Lost ? PulseWork.None : PulseWork.SayLost);
    }

    /// <summary>The client answers, or tells its counter.</summary>
    public (Pulse Next, PulseWork Work) Hear(long number, Instant now)
    {
        bool counts = Terms.By == ResponsivenessBy.Ping
            ? number == Number && number > 0
            : number > Number;
        if (!counts)
            return (this, PulseWork.None);
        return (Begin(Terms, now) with { Number = number },
            Said == Responsiveness.Lost ? PulseWork.SayPresent : PulseWork.None);
    }

    /// <summary>This server stood still: that isn't the client's fault.</summary>
    public Pulse Forgive(TimeSpan gap) => this with { Due = Due.Plus(gap) };
}

/// <summary>Whether a sign is awaited.</summary>
internal enum PulsePhase
{
    /// <summary>No: the next ping isn't due yet.</summary>
    Resting,

    /// <summary>An answer to a ping, or a larger counter.</summary>
    Awaiting,
}

/// <summary>What follows.</summary>
internal enum PulseWork
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The client is pinged.</summary>
    Ping,

    /// <summary>The others are told that it isn't responsive.</summary>
    SayLost,

    /// <summary>The others are told that it is so again.</summary>
    SayPresent,
}

/// <summary>A client as a provider of a group.</summary>
internal readonly record struct PulseKey(long Client, GroupName Group) : IComparable<PulseKey>
{
    /// <inheritdoc/>
    public int CompareTo(PulseKey other)
    {
        int byClient = Client.CompareTo(other.Client);
        return byClient != 0 ? byClient : Group.CompareTo(other.Group);
    }
}
