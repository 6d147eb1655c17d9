using Truce.Contracts;
using Truce.Model.Fencing;

namespace Truce.Runtime.Controller;

/// <summary>A fencing's cause as clients are shown it.</summary>
internal static class FenceCauseView
{
    /// <summary>The cause with what belongs to it.</summary>
    public static FenceCauseRecord Record(FenceCause cause) => FenceCauses.FailureOf(cause) is { } failure
        ? new(FenceCauses.Kind(cause), failure.Resource.Value, failure.Operation, failure.Digest)
        : new(FenceCauses.Kind(cause), FenceCauses.ResourceOf(cause)?.Value ?? "", "", "");
}
