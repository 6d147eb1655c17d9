using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Truce.Mutants.Generating;

/// <summary>What isn't mutated: constants, patterns, attributes, and what is written for people.</summary>
internal static class LeftAlone
{
    private static readonly HashSet<string> s_members = ["ToString", "Describe", "GetHashCode"];

    private static readonly string[] s_calls =
        ["Log.", "_log.", "log.", "_logger.", "logger.", "Debug.", "nameof", "ArgumentNullException.",
            "ArgumentException.", "ArgumentOutOfRangeException.", "ObjectDisposedException.",
            "InvariantException."];

    /// <summary>Whether nothing in there is mutated.</summary>
    public static bool Is(SyntaxNode node) => node switch
    {
        AttributeListSyntax or EnumMemberDeclarationSyntax or ParameterSyntax or PatternSyntax => true,
        SimpleNameSyntax => false,
        TypeSyntax or UsingDirectiveSyntax or SwitchLabelSyntax and not CasePatternSwitchLabelSyntax => true,
        ThrowStatementSyntax or ThrowExpressionSyntax or InterpolatedStringExpressionSyntax => true,
        ObjectCreationExpressionSyntax o => o.Type.ToString().EndsWith("Exception", StringComparison.Ordinal),
        BaseFieldDeclarationSyntax f => f.Modifiers.Any(SyntaxKind.ConstKeyword),
        LocalDeclarationStatementSyntax l => l.IsConst,
        MethodDeclarationSyntax m => s_members.Contains(m.Identifier.Text),
        InvocationExpressionSyntax i => IsForPeople(i.Expression.ToString()),
        _ => false,
    };

    private static bool IsForPeople(string called) =>
        s_calls.Any(c => called.StartsWith(c, StringComparison.Ordinal))
        || (called.StartsWith("Log", StringComparison.Ordinal) && called.Length > 3
            && char.IsUpper(called[3]));
}
