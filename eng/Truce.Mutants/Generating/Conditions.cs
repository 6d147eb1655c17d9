using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Truce.Mutants.Generating;

/// <summary>Conditions: what can be asked the other way round.</summary>
internal static class Conditions
{
    /// <summary>Whether it is a condition that isn't made of others.</summary>
    public static bool IsSite(ExpressionSyntax e, SemanticModel model)
    {
        if (e.Kind() is SyntaxKind.LogicalAndExpression or SyntaxKind.LogicalOrExpression
            or SyntaxKind.ParenthesizedExpression or SyntaxKind.ConditionalExpression
            or SyntaxKind.TrueLiteralExpression or SyntaxKind.FalseLiteralExpression
            or SyntaxKind.SwitchExpression || e is AssignmentExpressionSyntax)
            return false;
        SyntaxNode? parent = e.Parent;
        while (parent is ParenthesizedExpressionSyntax)
            parent = parent.Parent;
        if (parent.IsKind(SyntaxKind.LogicalNotExpression))
            return false;
        bool isQuestion = e.Kind() is SyntaxKind.LessThanExpression or SyntaxKind.LessThanOrEqualExpression
            or SyntaxKind.GreaterThanExpression or SyntaxKind.GreaterThanOrEqualExpression
            or SyntaxKind.EqualsExpression or SyntaxKind.NotEqualsExpression or SyntaxKind.IsExpression
            or SyntaxKind.IsPatternExpression or SyntaxKind.LogicalNotExpression;
        return (isQuestion || IsAsked(e, parent))
            && model.GetTypeInfo(e).Type?.SpecialType == SpecialType.System_Boolean;
    }

    /// <summary>The condition the other way round. One that names what it matched can't be, or the name would
    /// have no value.</summary>
    public static Change Turned(ExpressionSyntax e) =>
        !Declares(e) ? new Change.Negated(e.ToString())
        : e is IsPatternExpressionSyntax { Pattern: UnaryPatternSyntax } or PrefixUnaryExpressionSyntax
            ? new Change.Always() : new Change.Never();

    /// <summary>Whether names come out of it.</summary>
    public static bool Declares(ExpressionSyntax e) =>
        e.DescendantNodes(n => n is not AnonymousFunctionExpressionSyntax)
            .Any(n => n is SingleVariableDesignationSyntax);

    private static bool IsAsked(ExpressionSyntax e, SyntaxNode? parent) => parent switch
    {
        IfStatementSyntax or WhileStatementSyntax or DoStatementSyntax or ReturnStatementSyntax
            or ArrowExpressionClauseSyntax or WhenClauseSyntax => true,
        ForStatementSyntax f => f.Condition == e,
        ConditionalExpressionSyntax c => c.Condition == e,
        LambdaExpressionSyntax l => l.ExpressionBody == e,
        BinaryExpressionSyntax b => b.Kind() is SyntaxKind.LogicalAndExpression
            or SyntaxKind.LogicalOrExpression,
        _ => false,
    };
}
