using System.Globalization;

using Truce.Model;

namespace Truce.Scheduler.Engine;

/// <summary>Puts the records of one history into the order in which they happened.</summary>
internal static class HistoryOrder
{
    public static List<OperationRecord> Sort(EquatableArray<OperationRecord> operations)
    {
        var sorted = new List<OperationRecord>(operations.Count);
        // Insertion keeps the order of equals, and histories are short.
        // What tells nothing has no place among them: it would come between those that do.
        sorted.AddRange(operations.Where(o => Tasks.TellsNothing(o.Operation)));
        foreach (OperationRecord operation in operations)
        {
            if (Tasks.TellsNothing(operation.Operation))
                continue;
            int at = sorted.Count;
            while (at > 0 && !Tasks.TellsNothing(sorted[at - 1].Operation)
                && Compare(sorted[at - 1], operation) > 0)
                at--;
            sorted.Insert(at, operation);
        }

        return sorted;
    }

    public static int Compare(OperationRecord a, OperationRecord b)
    {
        if (a.Id == b.Id)
            return 0;
        int first = a.CallId;
        int second = b.CallId;
        if (first == -1 && second == -1)
            return 0;
        if (first >= 0 && first < second)
            return -1;
        if (second >= 0 && first > second)
            return 1;
        if (second >= 0 && first == second)
            return SameCall(a, b);
        return WithPending(a, b);
    }

    private static int SameCall(OperationRecord a, OperationRecord b) =>
        a.LastRcChange is { } x && b.LastRcChange is { } y ? x.CompareTo(y) : 0;

    // One is pending and has no call number yet: the transition that it belongs to says which is newer. That
    // is known only from the result; records without a complete one keep their order.
    private static int WithPending(OperationRecord a, OperationRecord b)
    {
        TransitionKey? keyA = TransitionKey.OfMagic(a.TransitionMagic);
        TransitionKey? keyB = TransitionKey.OfMagic(b.TransitionMagic);
        if (keyA is null || keyB is null)
            return 0;
        if (keyA.Value.Uuid != keyB.Value.Uuid || keyA.Value.Transition == keyB.Value.Transition)
            return b.CallId == -1 ? -1 : 1;
        return (keyA.Value.Transition >= 0 && keyA.Value.Transition < keyB.Value.Transition)
            || keyB.Value.Transition == -1 ? -1 : 1;
    }

    /// <summary>Indexes of the last start and the last stop; -1 where there is none.</summary>
    public static (int Start, int Stop) ActiveRange(List<OperationRecord> operations)
    {
        int start = -1;
        int stop = -1;
        int impliedMonitor = -1;
        int impliedStart = -1;
        for (int i = 0; i < operations.Count; i++)
        {
            OperationRecord operation = operations[i];
            if (operation.Operation == Tasks.Stop && operation.OpStatus == (int)ExecutionStatus.Done)
                stop = i;
            else if (operation.Operation is Tasks.Start or Tasks.MigrateFrom)
                start = i;
            else if (impliedMonitor <= stop && operation.Operation == Tasks.Monitor)
                impliedMonitor = operation.RcCode is 0 or 8 ? i : impliedMonitor;
            else if (impliedStart <= stop && operation.Operation is Tasks.Promote or Tasks.Demote)
                impliedStart = i;
        }

        if (start == -1)
            start = impliedStart != -1 ? impliedStart : impliedMonitor;
        return (start, stop);
    }
}

/// <summary>The order that an operation came from: ACTION:TRANSITION:EXPECTED-RC:UUID.</summary>
internal readonly record struct TransitionKey(int Action, int Transition, int ExpectedRc, string Uuid)
{
    public static TransitionKey? Parse(string? text) =>
        TryRead(text, out int action, out int transition, out int expected, out ReadOnlySpan<char> uuid)
            ? new TransitionKey(action, transition, expected, uuid.ToString())
            : null;

    /// <summary>The exit code that the order expected, -1 where it named none;
    /// null where there is no key.</summary>
    public static int? ExpectedBy(string? text) => TryRead(text, out _, out _, out int expected, out _) ? expected : null;

    private static bool TryRead(string? text, out int action, out int transition, out int expected, out ReadOnlySpan<char> uuid)
    {
        (action, transition, expected) = (0, 0, -1);
        uuid = default;
        if (text is null)
            return false;
        ReadOnlySpan<char> key = text.AsSpan(text.IndexOf(';', StringComparison.Ordinal) + 1);
        Span<Range> parts = stackalloc Range[5];
        int count = key.Split(parts, ':');
        if (count < 3 || Number(key[parts[0]]) is not { } first || Number(key[parts[1]]) is not { } second)
            return false;
        (action, transition) = (first, second);
        uuid = key[parts[count == 3 ? 2 : 3]];
        if (count == 3)
            return true;
        int? rc = Number(key[parts[2]]);
        expected = rc ?? -1;
        return rc is not null;
    }

    /// <summary>The key in a STATUS:RC;KEY; null without the status.</summary>
    public static TransitionKey? OfMagic(string? magic) =>
        magic?.Contains(';', StringComparison.Ordinal) == true ? Parse(magic) : null;

    private static int? Number(ReadOnlySpan<char> text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int n) ? n : null;
}
