using Truce.Model.Fencing;

namespace Truce.Analysis.Findings.Rules;

/// <summary>Sightings in files about sbd.</summary>
internal static class SbdSpot
{
    /// <summary>At a line.</summary>
    public static Sighting Sight(SbdFile file, SbdValue value, string element, string message,
        string remedy) =>
        new(new Spot(element, null), message, remedy) { At = new FileLine(file.Name, value.Line) };
}
