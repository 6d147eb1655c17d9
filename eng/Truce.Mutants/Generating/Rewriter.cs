using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace Truce.Mutants.Generating;

/// <summary>
/// Puts every mutant of a file into it at once, each behind a question of its own, so that one build serves
/// all
/// of them. What is evaluated while none is on is what stood there.
/// </summary>
internal sealed class Rewriter(SemanticModel model, string file, MutantRegister register)
    : CSharpSyntaxRewriter
{
    /// <summary>Annotates each mutant's node with its number, to find those that don't compile.</summary>
    public const string Annotation = "mutant";

    private static readonly ExpressionSyntax s_on = ParseExpression("global::TruceMutants.M.On");
    private bool _atStart;

    /// <inheritdoc/>
    public override SyntaxNode? Visit(SyntaxNode? node)
    {
        if (node is null || LeftAlone.Is(node))
            return node;
        bool before = _atStart;
        _atStart = node switch
        {
            FieldDeclarationSyntax f => f.Modifiers.Any(SyntaxKind.StaticKeyword),
            ConstructorDeclarationSyntax c => c.Modifiers.Any(SyntaxKind.StaticKeyword),
            EqualsValueClauseSyntax { Parent: PropertyDeclarationSyntax p } =>
                p.Modifiers.Any(SyntaxKind.StaticKeyword),
            AnonymousFunctionExpressionSyntax => false,
            _ => _atStart,
        };
        SyntaxNode? visited = base.Visit(node);
        SyntaxNode? result = (node, visited) switch
        {
            (ExpressionSyntax e, ExpressionSyntax v) => Expression(e, v),
            (ExpressionStatementSyntax s, StatementSyntax v) => Statement(s, v),
            _ => visited,
        };
        _atStart = before;
        return result;
    }

    private ExpressionSyntax Expression(ExpressionSyntax original, ExpressionSyntax visited)
    {
        ExpressionSyntax result = visited;
        foreach (Change change in Operators.Of(original, model))
        {
            if (register.Add(file, original, change.Kind, change.Shown, _atStart) is not { } id)
                continue;
            ExpressionSyntax rest = result.WithoutTrivia();
            ExpressionSyntax made = change switch
            {
                Change.Other other => ConditionalExpression(On(id), other.Text.WithoutTrivia(), rest),
                Change.Negated => BinaryExpression(SyntaxKind.ExclusiveOrExpression, On(id), rest),
                Change.Never => BinaryExpression(SyntaxKind.LogicalAndExpression, Not(On(id)), rest),
                Change.Always => BinaryExpression(SyntaxKind.LogicalOrExpression, On(id), rest),
            };
            result = ParenthesizedExpression(made).WithTriviaFrom(original)
                .WithAdditionalAnnotations(Mark(id));
        }

        return result;
    }

    private StatementSyntax Statement(ExpressionStatementSyntax original, StatementSyntax visited)
    {
        StatementSyntax result = visited;
        if (Operators.OtherStatement(original, model) is { } other
            && register.Add(file, original, "assignment operator", other.ToString(), _atStart) is { } swapped)
            result = IfStatement(On(swapped), other, ElseClause(result))
                .WithAdditionalAnnotations(Mark(swapped));
        if (Operators.CanGo(original)
            && register.Add(file, original, "statement", "(removed)", _atStart) is { } removed)
            result = IfStatement(Not(On(removed)), result).WithAdditionalAnnotations(Mark(removed));
        return result;
    }

    private static SyntaxAnnotation Mark(int id) =>
        new(Annotation, id.ToString(CultureInfo.InvariantCulture));

    private static PrefixUnaryExpressionSyntax Not(ExpressionSyntax e) =>
        PrefixUnaryExpression(SyntaxKind.LogicalNotExpression, e);

    private static InvocationExpressionSyntax On(int id) => InvocationExpression(
        s_on,
        ArgumentList(SingletonSeparatedList(Argument(
            LiteralExpression(SyntaxKind.NumericLiteralExpression, Literal(id))))));
}
