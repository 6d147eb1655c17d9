using System.Security.Cryptography;
using System.Text;

namespace Truce.Mutants.Generating;

/// <summary>One small mistake in the code.</summary>
/// <param name="Id">Its number in this build.</param>
/// <param name="File">Where, below src/.</param>
/// <param name="Line">The line it begins in, from 1.</param>
/// <param name="Member">Type and member.</param>
/// <param name="Operator">What kind of mistake.</param>
/// <param name="Original">What stands there.</param>
/// <param name="Replacement">What takes its place.</param>
/// <param name="Occurrence">The how manieth of its like in the member, from 1.</param>
/// <param name="AtStart">Whether it sits in what runs once, when a type is first used.</param>
internal sealed record Mutant(
    int Id, string File, int Line, string Member, string Operator, string Original, string Replacement,
    int Occurrence, bool AtStart)
{
    /// <summary>What stays the same while lines move: file, member, operator, texts.</summary>
    public string Key =>
        string.Join(" | ", File, Member, Operator, Original, Replacement, $"#{Occurrence}");

    /// <summary>A short name for the key.</summary>
    public string Digest { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Join(" | ", File, Member, Operator, Original, Replacement, $"#{Occurrence}"))))[..16];

    /// <summary>For people.</summary>
    public override string ToString() =>
        $"src/{File}:{Line} {Member} ({Operator})\n    - {Original}\n    + {Replacement}";
}
