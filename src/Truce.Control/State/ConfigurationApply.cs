using System.Collections.Immutable;
using System.Globalization;
using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>Applies changes of the configuration; the status stays as it is.</summary>
internal static class ConfigurationApply
{
    public static (ReplicatedState, CommandOutcome) Change(
        ReplicatedState state, Command.ChangeConfiguration change, ApplyContext context)
    {
        if (change.Restores is { } place && place.CompareTo(state.Configuration.Place) <= 0)
            return (state, new CommandOutcome.Refused(RefusalReason.Stale, "a newer configuration is active"));
        if (change.ExpectedVersion is { } expected && expected != state.Configuration.Version)
        {
            return (state, new CommandOutcome.Refused(
                RefusalReason.Conflict,
                $"the configuration is at version {state.Configuration.Version}, not {expected}: review it again"));
        }

        Cib proposed = StateText.ReadCib(change.Xml, "configuration");
        IReadOnlySet<ResourceId> changed =
            ChangedDefinitions.Between(state.Cib.Configuration, proposed.Configuration);
        ConfigurationVersion version = new(
            state.Configuration.Version + 1, context.Place, context.At, change.By, change.Comment);
        state = state with
        {
            Cib = Merge(state.Cib, proposed, version),
            Configuration = version,
            Versions = Keep(state.Versions, state.Configuration),
        };
        state = Probation.ForgetChanged(FenceLedger.CloseChanged(state, changed), changed);
        state = Measuring.ConfigurationChanged(state);
        state = state.Tell(context.At, "configuration", $"version {version.Version} by {change.By}{(change.Comment.Length > 0 ? ": " : "")}{change.Comment}");
        return (state, new CommandOutcome.Done(version.Version.ToString(CultureInfo.InvariantCulture)));
    }

    private static Cib Merge(Cib present, Cib proposed, ConfigurationVersion version) => present with
    {
        Header = proposed.Header with
        {
            Version = proposed.Header.Version with { Epoch = version.Version, NumUpdates = 0 },
            HaveQuorum = null,
            DcUuid = null,
            CibLastWritten = null,
            UpdateOrigin = null,
            UpdateClient = null,
            UpdateUser = null,
            ExecutionDate = null,
        },
        Configuration = proposed.Configuration,
    };

    private static ImmutableArray<ConfigurationVersion> Keep(
        ImmutableArray<ConfigurationVersion> versions, ConfigurationVersion former) => former.Version == 0
        ? versions
        : [former, .. versions.Take(ReplicatedState.VersionsMax - 1)];
}
