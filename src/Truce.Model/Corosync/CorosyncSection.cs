using System.Collections.Immutable;

namespace Truce.Model.Corosync;

/// <summary>A section of corosync.conf: what stands between its braces.</summary>
/// <param name="Name">Such as <c>totem</c>; empty for the whole file.</param>
/// <param name="Line">Where it begins; 0 for the whole file.</param>
/// <param name="Values">Its <c>key: value</c> lines, in order.</param>
/// <param name="Sections">The sections in it, in order.</param>
public sealed record CorosyncSection(
    string Name, int Line, ImmutableArray<CorosyncValue> Values, ImmutableArray<CorosyncSection> Sections)
{
    /// <summary>The value of a key, the last one written, as Corosync takes it; null: none.</summary>
    public CorosyncValue? Find(string key) => Values.LastOrDefault(v => v.Key == key);

    /// <summary>The sections of a name.</summary>
    public IEnumerable<CorosyncSection> All(string name) => Sections.Where(s => s.Name == name);

    /// <summary>The first section of a name; null: none.</summary>
    public CorosyncSection? First(string name) => Sections.FirstOrDefault(s => s.Name == name);
}

/// <summary>A line <c>key: value</c>.</summary>
public sealed record CorosyncValue(string Key, string Text, int Line);
