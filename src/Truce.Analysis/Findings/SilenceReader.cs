using Truce.Model;

namespace Truce.Analysis.Findings;

/// <summary>Finds the silences that a configuration carries.</summary>
public static class SilenceReader
{
    /// <summary>All of them. What isn't a reason is left out; reading the
    /// configuration has refused it.</summary>
    public static EquatableArray<Silence> Read(Configuration configuration) =>
    [
        .. Pairs(configuration.ClusterProperties).Select(p => Silence.Parse(KindOf(p), p.Value!)).OfType<Silence>(),
        .. configuration.Resources.SelectMany(OfResource),
    ];

    private static IEnumerable<Silence> OfResource(Resource resource)
    {
        EquatableArray<string> covered = [.. Elements(resource)];
        foreach (NameValue pair in Pairs(resource.MetaAttributes))
        {
            if (Silence.Parse(KindOf(pair), pair.Value!) is not { } silence)
                continue;
            yield return silence.Elements.Count > 0 ? silence : silence with { Elements = covered };
        }

        foreach (Silence silence in resource.Children.SelectMany(OfResource))
            yield return silence;
    }

    private static IEnumerable<string> Elements(Resource resource)
    {
        IEnumerable<string> operations = resource is Resource.Primitive { Operations: { } list }
            ? list.Operations.Select(o => o.Id)
            : [];
        IEnumerable<string> pairs = resource.MetaAttributes.Concat(resource.InstanceAttributes)
            .SelectMany(s => s.Pairs).Select(p => p.Id).OfType<string>();
        return [resource.Id.Value, .. operations, .. pairs, .. resource.Children.SelectMany(Elements)];
    }

    private static IEnumerable<NameValue> Pairs(EquatableArray<AttributeSet> sets) =>
        sets.SelectMany(s => s.Pairs).Where(p =>
            p is { Name: { } name, Value: not null } && name.StartsWith(OptionNames.SilencePrefix, StringComparison.Ordinal));

    private static string KindOf(NameValue pair) => pair.Name![OptionNames.SilencePrefix.Length..];
}
