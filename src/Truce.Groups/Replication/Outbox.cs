using Truce.Model;

namespace Truce.Groups;

/// <summary>
/// What this server has to say and isn't committed yet. What the log of a new view doesn't hold
/// is sent again; in one view, the order is kept.
/// </summary>
internal sealed record Outbox
{
    /// <summary>The last number given.</summary>
    public long Last { get; init; }

    /// <summary>Oldest first.</summary>
    public EquatableArray<OutboxEntry> Entries { get; init; } = [];

    /// <summary>The size of clients' requests among them.</summary>
    public long RequestBytes => Entries.Items.Sum(e => e.Bytes);

    /// <summary>One more.</summary>
    public Outbox Add(GroupsCommand command) => this with
    {
        Last = Last + 1,
        Entries = Entries.Add(new OutboxEntry(
            Last + 1, command, Sending.Waits,
            command is GroupsCommand.Asked asked ? StateSize.Of(asked.What) : 0)),
    };

    /// <summary>One is committed.</summary>
    public Outbox Remove(long number) => this with { Entries = Entries.RemoveAll(e => e.Number == number) };

    /// <summary>What a client asked and wasn't sent yet is not sent.</summary>
    public Outbox Forget(ClientId client) => this with
    {
        Entries = Entries.RemoveAll(e =>
            e is { Sending: Sending.Waits, Command: GroupsCommand.Asked asked } && asked.Client == client),
    };

    /// <summary>In a new view: what is in the log stays; the rest is to be sent again.</summary>
    public Outbox Renew(GroupsLog log, ServerId self) => this with
    {
        Entries =
            Entries.Select(e => e with { Sending = log.Has(self, e.Number) ? Sending.Sent : Sending.Waits })
            .ToEquatableArray(),
    };

    /// <summary>All are sent.</summary>
    public Outbox MarkSent() => this with
    {
        Entries = Entries.Select(e => e with { Sending = Sending.Sent }).ToEquatableArray(),
    };

    /// <summary>Nothing of a former stay is said any more.</summary>
    public Outbox Clear() => this with { Entries = [] };

    /// <summary>Whether something is being said already.</summary>
    public bool Has(GroupsCommand command) => Entries.Any(e => e.Command == command);
}

/// <summary>A command on its way.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Command">What to do.</param>
/// <param name="Sending">How far it is.</param>
/// <param name="Bytes">Its size, if it is a client's request; 0: it is the server's own.</param>
internal sealed record OutboxEntry(long Number, GroupsCommand Command, Sending Sending, long Bytes);

/// <summary>How far it is.</summary>
internal enum Sending
{
    /// <summary>To be sent.</summary>
    Waits,

    /// <summary>Sent in this view, or in the log.</summary>
    Sent,
}
