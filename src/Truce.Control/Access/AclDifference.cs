using System.Xml.Linq;
using Truce.Model;

namespace Truce.Control;

/// <summary>
/// Judges a change of the configuration by what it creates, alters, moves and removes: each must be writable.
/// An element that only encloses others (no attributes but an id) may be created with them.
/// </summary>
internal sealed class AclDifference(AclMarks before, AclMarks after)
{
    /// <summary>The first change that isn't allowed, in words; null: all are.</summary>
    public string? Objection(XElement old, XElement proposed) =>
        ConfigurationDifference.Between(old, proposed).Select(Objection).FirstOrDefault(o => o is not null);

    private string? Objection(ConfigurationChange change) => change switch
    {
        ConfigurationChange.Altered c =>
            MayWriteBoth(c.Before, c.After) ? null : $"may not change {ConfigurationChange.Name(c.After)}",
        ConfigurationChange.Created c => Created(c.Element),
        ConfigurationChange.Removed c => c.Element.DescendantsAndSelf().Where(e => !before.MayWrite(e))
            .Select(e => $"may not remove {ConfigurationChange.Name(e)}").FirstOrDefault(),
        ConfigurationChange.Reordered c =>
            MayWriteBoth(c.Before, c.After) ? null : $"may not reorder {ConfigurationChange.Name(c.Before)}",
    };

    private bool MayWriteBoth(XElement old, XElement proposed) =>
        before.MayWrite(old) && after.MayWrite(proposed);

    private string? Created(XElement element)
    {
        bool encloses = element.HasElements && element.Attributes().All(a => a.Name == "id");
        if (!encloses && !after.MayWrite(element))
            return $"may not create {ConfigurationChange.Name(element)}";
        return element.Elements().Select(Created).FirstOrDefault(o => o is not null);
    }
}
