using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>
/// The measured times that an entry changed. A result changes those of its resource: thousands of others
/// aren't looked through with each of them.
/// </summary>
internal static class MeasuredChanges
{
    private static readonly string[] s_causes =
        [.. Enum.GetValues<RecoveryCause>().Select(RecoveryCauses.Word)];

    /// <summary>What is to be written.</summary>
    public static IEnumerable<StoredItem> Of(AppliedEntry applied) =>
        from key in Keys(applied)
        let before = applied.Before.Measured.GetValueOrDefault(key)
        let after = applied.After.Measured.GetValueOrDefault(key)
        where !ReferenceEquals(before, after)
        select after is null ? (StoredItem)new StoredItem.NoMeasure(key) : new StoredItem.Measure(after);

    private static IEnumerable<string> Keys(AppliedEntry applied)
    {
        bool anything = applied.Entry.Submission.Commands
            .Any(c => c is Command.ChangeConfiguration or Command.Forget);
        return anything
            ? applied.Before.Measured.Keys.Union(applied.After.Measured.Keys)
            : applied.Entry.Submission.Commands.SelectMany(Results).SelectMany(KeysOf).Distinct();
    }

    private static IEnumerable<OperationResult> Results(Command command) =>
        command is Command.Results results ? results.Items.Items
        : command is Command.NodeJoined joined ? joined.Unreported.Items
        : [];

    private static IEnumerable<string> KeysOf(OperationResult result)
    {
        ResourceId resource = Measuring.Configured(result.Resource);
        return s_causes.Select(c => MeasuredTimes.KeyOf(resource, MeasuredKind.Recovery, c))
            .Prepend(MeasuredTimes.KeyOf(resource, MeasuredKind.Operation, result.Operation));
    }
}
