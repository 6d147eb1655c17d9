using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>
/// The level that commands and state follow: a build takes part only in a cluster whose level it knows. It is
/// set when a cluster is founded, by the oldest build that takes part, and kept from then on.
/// </summary>
internal static class FeatureLevels
{
    /// <summary>Leaves if this build can't go on from a state of that level; true: it does.</summary>
    public static bool Leaves(int level, ControlIdentity self, StepWork work)
    {
        if (level <= self.FeatureLevel)
            return false;
        work.Emit(new ControlOutput.Leave(
            $"the cluster is at feature level {level}, but this version supports at most {self.FeatureLevel}; "
            + "do: install the version that the other nodes run", LeaveReturn.AfterUpgrade));
        return true;
    }

    /// <summary>The level of a cold start: what the disk says, or what all founders know.</summary>
    public static int Founding(StoredFacts stored, Command.Formed formed) =>
        stored.FeatureLevel > 0 ? stored.FeatureLevel : formed.Participants.Min(p => p.FeatureLevel);
}
