using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Truce.Mutants.Generating;

/// <summary>Which mutants keep a build from compiling.</summary>
internal static class Culprits
{
    private const int PatienceRounds = 8;

    /// <summary>The numbers to be left out for an error: the innermost mutant around it, else those around
    /// the
    /// declaration that it complains of; after some rounds all of the member.</summary>
    public static IReadOnlyCollection<int> Of(Diagnostic error, int round)
    {
        if (error.Location.SourceTree?.GetRoot() is not { } root)
            return [];
        SyntaxNode node = root.FindNode(error.Location.SourceSpan, getInnermostNodeForTie: true);
        SyntaxNode member = node.AncestorsAndSelf().OfType<MemberDeclarationSyntax>()
            .FirstOrDefault() ?? root;
        if (round > PatienceRounds)
            return [.. Within(member)];
        if (error.Id is "CS0165" or "CS0170" && Declaring(member, node.ToString())
            is { Count: > 0 } declaring)
            return declaring;
        int[] around = [.. node.AncestorsAndSelf().SelectMany(Numbers).Take(1)];
        if (around.Length > 0)
            return around;
        // A ternary without a type is complained of from outside.
        int[] inside = [.. node.DescendantNodes().SelectMany(Numbers).Take(1)];
        return inside.Length > 0 ? inside : [.. Within(member)];
    }

    private static List<int> Declaring(SyntaxNode member, string name) =>
    [
        .. member.DescendantNodes()
            .Where(n => (n is SingleVariableDesignationSyntax d && d.Identifier.Text == name)
                || (n is ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax a }
                    && a.Left.ToString() == name))
            .SelectMany(n => n.AncestorsAndSelf().TakeWhile(a => a != member).SelectMany(Numbers))
            .Distinct(),
    ];

    private static IEnumerable<int> Within(SyntaxNode member) =>
        member.DescendantNodesAndSelf().SelectMany(Numbers);

    private static IEnumerable<int> Numbers(SyntaxNode node) =>
        node.GetAnnotations(Rewriter.Annotation).Select(a => int.Parse(a.Data!,
            CultureInfo.InvariantCulture));
}
