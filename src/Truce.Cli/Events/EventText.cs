using Truce.Contracts;

namespace Truce.Cli.Events;

/// <summary>Events for people.</summary>
internal static class EventText
{
    /// <summary>An event on a line.</summary>
    public static string Line(ClusterEvent one) =>
        ($"{one.Index,6} {one.At:yyyy-MM-dd HH:mm:ss.fff}Z {one.Kind,-16} {About(one),-16} "
            + one.Detail).TrimEnd();

    /// <summary>The same, shorter, beside a status that shows today's date and the index.</summary>
    public static string Brief(ClusterEvent one) =>
        $"{one.At:HH:mm:ss}Z {one.Kind,-16} {About(one),-16} {one.Detail}".TrimEnd();

    private static string About(ClusterEvent one) =>
        string.Join(' ', new[] { one.Resource, one.Node }.Where(s => s is not null));
}
