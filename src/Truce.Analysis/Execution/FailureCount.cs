using System.Globalization;

namespace Truce.Analysis.Execution;

/// <summary>Counts failures in a node's transient attributes, as its attribute manager does.</summary>
internal static class FailureCount
{
    /// <summary>Counts one more failure of an operation.</summary>
    public static void Raise(
        NodeDraft node, string resource, string operation, long interval, DateTimeOffset now, List<PaperStep> steps)
    {
        string suffix = string.Create(CultureInfo.InvariantCulture, $"{resource}#{operation}_{interval}");
        string time = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        node.CountUp($"fail-count-{suffix}");
        steps.Add(new PaperStep.AttributeChange(node.Uuid, $"fail-count-{suffix}", "value++"));
        node.SetAttribute($"last-failure-{suffix}", time);
        steps.Add(new PaperStep.AttributeChange(node.Uuid, $"last-failure-{suffix}", time));
    }

    /// <summary>Forgets the failures of a resource.</summary>
    public static void Clear(NodeDraft node, string resource) => node.RemoveAttributes(
        a => IsAbout(a, "fail-count-", resource) || IsAbout(a, "last-failure-", resource));

    private static bool IsAbout(string attribute, string prefix, string resource) =>
        attribute.StartsWith(prefix, StringComparison.Ordinal)
        && attribute.AsSpan(prefix.Length).StartsWith(resource, StringComparison.Ordinal)
        && (attribute.Length == prefix.Length + resource.Length || attribute[prefix.Length + resource.Length] == '#');
}
