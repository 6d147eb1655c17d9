using Truce.Mutants.Generating;

namespace Truce.Mutants;

/// <summary>
/// What is known of mutants, kept from run to run. That a mutant was killed stays true while the sources are
/// the same:
/// tests are only added. That it survived stays true while the tests are the same, too.
/// </summary>
internal sealed class Results
{
    private readonly Dictionary<string, string[]> _known = [];
    private readonly string _file;
    private readonly string _sources;
    private readonly string _tests;

    /// <summary>Reads what is known.</summary>
    public Results(string file, string sources, string tests)
    {
        _file = file;
        _sources = sources;
        _tests = tests;
        if (Settings.Fresh)
            File.Delete(file);
        if (!File.Exists(file))
            return;
        foreach (string[] parts in File.ReadLines(file).Select(l => l.Split('\t')).Where(p => p.Length == 5))
        {
            if (parts[3] == sources && (parts[1] == "killed" || parts[4] == tests))
                _known[parts[0]] = parts;
        }
    }

    /// <summary>Whether there is a verdict already.</summary>
    public bool Knows(Mutant mutant) => _known.ContainsKey(mutant.Digest);

    /// <summary>killed, survived or uncovered, and by what.</summary>
    public (string Verdict, string By) Of(Mutant mutant) =>
        (_known[mutant.Digest][1], _known[mutant.Digest][2]);

    /// <summary>Keeps a verdict.</summary>
    public void Add(Mutant mutant, string verdict, string by)
    {
        string[] parts = [mutant.Digest, verdict, by, _sources, _tests];
        _known[mutant.Digest] = parts;
        File.AppendAllText(_file, string.Join('\t', parts) + "\n");
    }
}
