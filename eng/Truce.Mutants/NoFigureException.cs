namespace Truce.Mutants;

/// <summary>Something is wrong without any mutant: whatever would be counted, would mean nothing.</summary>
internal sealed class NoFigureException(string why) : Exception(why);
