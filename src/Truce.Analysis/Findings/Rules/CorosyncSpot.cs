using Truce.Model.Corosync;

namespace Truce.Analysis.Findings.Rules;

/// <summary>Sightings in corosync.conf.</summary>
internal static class CorosyncSpot
{
    /// <summary>At a line <c>key: value</c>.</summary>
    public static Sighting Sight(
        CorosyncFile file, CorosyncValue value, string element, string message, string remedy) =>
        At(file, value.Line, element, message, remedy);

    /// <summary>At a section; at the file's beginning if it isn't there.</summary>
    public static Sighting Sight(
        CorosyncFile file, CorosyncSection? section, string element, string message, string remedy) =>
        At(file, section?.Line ?? 0, element, message, remedy);

    /// <summary>At a value, or at the section that it is missing in.</summary>
    public static Sighting Sight(
        CorosyncFile file, CorosyncSection? section, CorosyncValue? value, string element, string message,
            string remedy) =>
        At(file, value?.Line ?? section?.Line ?? 0, element, message, remedy);

    private static Sighting At(CorosyncFile file, int line, string element, string message, string remedy) =>
        new(new Spot(element, null), message, remedy) { At = new FileLine(file.Name, line) };
}
