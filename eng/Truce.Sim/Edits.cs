namespace Truce.Sim;

/// <summary>Short ways to write down what a mutation replaces.</summary>
internal static class Edits
{
    /// <summary>A condition that holds no more.</summary>
    /// <param name="file">Below src/.</param>
    /// <param name="before">What stands before the condition and makes the text unique.</param>
    /// <param name="condition">The condition, or its beginning.</param>
    public static (string File, string Find, string Replace) Never(
        string file, string before, string condition) =>
        (file, before + condition, $"{before}!MUTANT && {condition}");

    /// <summary>A condition that always holds.</summary>
    public static (string File, string Find, string Replace) Always(
        string file, string before, string condition) =>
        (file, before + condition, $"{before}MUTANT || {condition}");

    /// <summary>A whole condition among others that holds no more.</summary>
    public static (string File, string Find, string Replace) Ignored(
        string file, string before, string condition, string after = "") =>
        (file, before + condition + after, $"{before}(!MUTANT && {condition}){after}");

    /// <summary>A whole condition among others that always holds.</summary>
    public static (string File, string Find, string Replace) Taken(
        string file, string before, string condition, string after = "") =>
        (file, before + condition + after, $"{before}(MUTANT || {condition}){after}");

    /// <summary>A statement that is left out.</summary>
    public static (string File, string Find, string Replace) Without(string file, string statement) =>
        (file, statement, $"if (!MUTANT) {statement}");

    /// <summary>Another value.</summary>
    public static (string File, string Find, string Replace) Instead(
        string file, string before, string value, string other, string after = "") =>
        (file, before + value + after, $"{before}(MUTANT ? {other} : {value}){after}");
}
