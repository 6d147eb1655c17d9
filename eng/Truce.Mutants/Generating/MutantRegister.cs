using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Truce.Mutants.Generating;

/// <summary>Numbers mutants in the order in which they are found; the same for the same sources.</summary>
/// <param name="off">Numbers that don't compile and are left out of the build.</param>
internal sealed partial class MutantRegister(IReadOnlySet<int> off)
{
    private const int TextMax = 160;
    private readonly Dictionary<(string, string, string, string, string), int> _seen = [];
    private readonly List<Mutant> _all = [];

    /// <summary>Those that are in the build.</summary>
    public IReadOnlyList<Mutant> Built => [.. _all.Where(m => !off.Contains(m.Id))];

    /// <summary>How many were found.</summary>
    public int Found => _all.Count;

    /// <summary>Takes note of one; null if it is left out.</summary>
    public int? Add(string file, SyntaxNode node, string kind, string replacement, bool atStart)
    {
        int id = _all.Count + 1;
        string original = Short(node.ToString()), member = MemberOf(node);
        string shown = Short(replacement);
        int occurrence = _seen.GetValueOrDefault((file, member, kind, original, shown)) + 1;
        _seen[(file, member, kind, original, shown)] = occurrence;
        int line = node.GetLocation().GetLineSpan().StartLinePosition.Line + 1;
        _all.Add(new Mutant(id, file, line, member, kind, original, shown, occurrence, atStart));
        return off.Contains(id) ? null : id;
    }

    private static string MemberOf(SyntaxNode node)
    {
        string? member = null, type = null;
        foreach (SyntaxNode ancestor in node.AncestorsAndSelf())
        {
            member ??= ancestor switch
            {
                MethodDeclarationSyntax m => m.Identifier.Text,
                PropertyDeclarationSyntax p => p.Identifier.Text,
                ConstructorDeclarationSyntax => "constructor",
                IndexerDeclarationSyntax => "this",
                OperatorDeclarationSyntax o => "operator " + o.OperatorToken.Text,
                VariableDeclaratorSyntax { Parent.Parent: BaseFieldDeclarationSyntax } v => v.Identifier.Text,
                _ => null,
            };
            if (type is null && ancestor is BaseTypeDeclarationSyntax t)
                type = t.Identifier.Text;
        }

        return $"{type}.{member}";
    }

    private static string Short(string text)
    {
        string one = Blanks().Replace(text, " ").Trim();
        return one.Length <= TextMax ? one : one[..TextMax] + "...";
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
