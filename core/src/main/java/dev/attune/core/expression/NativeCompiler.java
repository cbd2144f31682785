package dev.attune.core.expression;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import dev.cel.common.ast.CelReference;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns the common part of CEL (comparisons, {@code && || !}, {@code in}, prefixes, arithmetic)
 * into plain Java, because a filter runs for every event. Keeps CEL's meaning, errors included: a
 * test has three outcomes, and {@code &&} and {@code ||} absorb an error that can't matter.
 * Anything else is left to CEL's interpreter.
 */
final class NativeCompiler {
  private static final int FALSE = 0;
  private static final int TRUE = 1;
  private static final int ERROR = 2;

  /** A condition's outcome: FALSE, TRUE or ERROR. */
  interface Test {
    int outcome(Scope scope);
  }

  private interface NumberOf {
    double of(Scope scope);
  }

  private interface TextOf {
    @Nullable String of(Scope scope);
  }

  private final CelAbstractSyntaxTree ast;
  private final Map<String, Integer> slots;
  private final List<VariableType> types;

  private NativeCompiler(
      CelAbstractSyntaxTree ast, Map<String, Integer> slots, List<VariableType> types) {
    this.ast = ast;
    this.slots = slots;
    this.types = types;
  }

  /** Null when the expression needs CEL's interpreter. */
  static @Nullable Expression compile(
      String text,
      CelAbstractSyntaxTree ast,
      Map<String, Integer> slots,
      List<VariableType> types) {
    Test test = new NativeCompiler(ast, slots, types).test(ast.getExpr());
    return test == null ? null : new Compiled(text, test);
  }

  private record Compiled(String text, Test test) implements Expression {
    @Override
    public boolean test(Scope scope) {
      return test.outcome(scope) == TRUE;
    }
  }

  private @Nullable Test test(CelExpr expr) {
    if (expr.getKind() == Kind.CONSTANT
        && expr.constant().getKind() == CelConstant.Kind.BOOLEAN_VALUE) {
      int outcome = expr.constant().booleanValue() ? TRUE : FALSE;
      return _ -> outcome;
    }
    int slot = variable(expr, VariableType.FLAG);
    if (slot >= 0) {
      return scope -> scope.value(slot) instanceof Boolean b ? (b ? TRUE : FALSE) : ERROR;
    }
    return expr.getKind() == Kind.CALL ? call(expr.call()) : null;
  }

  private @Nullable Test call(CelExpr.CelCall call) {
    List<CelExpr> args = call.args();
    return switch (call.function()) {
      case "_&&_" -> and(test(args.get(0)), test(args.get(1)));
      case "_||_" -> or(test(args.get(0)), test(args.get(1)));
      case "!_" -> not(test(args.get(0)));
      case "_==_" -> equal(args.get(0), args.get(1));
      case "_!=_" -> not(equal(args.get(0), args.get(1)));
      case "_<_", "_<=_", "_>_", "_>=_" ->
          compare(call.function(), number(args.get(0)), number(args.get(1)));
      case "@in" -> in(args.get(0), args.get(1));
      case "startsWith", "endsWith", "contains" -> {
        CelExpr target = call.target().orElse(null);
        yield target == null ? null : affix(call.function(), text(target), text(args.get(0)));
      }
      default -> null;
    };
  }

  private static @Nullable Test and(@Nullable Test a, @Nullable Test b) {
    if (a == null || b == null) {
      return null;
    }
    return scope -> {
      int first = a.outcome(scope);
      if (first == FALSE) {
        return FALSE;
      }
      int second = b.outcome(scope);
      return second == FALSE || first == TRUE ? second : ERROR;
    };
  }

  private static @Nullable Test or(@Nullable Test a, @Nullable Test b) {
    if (a == null || b == null) {
      return null;
    }
    return scope -> {
      int first = a.outcome(scope);
      if (first == TRUE) {
        return TRUE;
      }
      int second = b.outcome(scope);
      return second == TRUE || first == FALSE ? second : ERROR;
    };
  }

  private static @Nullable Test not(@Nullable Test a) {
    return a == null
        ? null
        : scope ->
            switch (a.outcome(scope)) {
              case TRUE -> FALSE;
              case FALSE -> TRUE;
              default -> ERROR;
            };
  }

  private @Nullable Test equal(CelExpr left, CelExpr right) {
    NumberOf a = number(left);
    NumberOf b = number(right);
    if (a != null && b != null) {
      return scope -> a.of(scope) == b.of(scope) ? TRUE : FALSE;
    }
    TextOf s = text(left);
    TextOf t = text(right);
    if (s != null && t != null) {
      return scope -> Objects.equals(s.of(scope), t.of(scope)) ? TRUE : FALSE;
    }
    return null;
  }

  private static @Nullable Test compare(
      String function, @Nullable NumberOf a, @Nullable NumberOf b) {
    if (a == null || b == null) {
      return null;
    }
    return switch (function) {
      case "_<_" -> scope -> a.of(scope) < b.of(scope) ? TRUE : FALSE;
      case "_<=_" -> scope -> a.of(scope) <= b.of(scope) ? TRUE : FALSE;
      case "_>_" -> scope -> a.of(scope) > b.of(scope) ? TRUE : FALSE;
      default -> scope -> a.of(scope) >= b.of(scope) ? TRUE : FALSE;
    };
  }

  private static @Nullable Test affix(
      String function, @Nullable TextOf target, @Nullable TextOf part) {
    if (target == null || part == null) {
      return null;
    }
    return scope -> {
      String whole = target.of(scope);
      String affix = part.of(scope);
      if (whole == null || affix == null) {
        return ERROR;
      }
      boolean holds =
          switch (function) {
            case "startsWith" -> whole.startsWith(affix);
            case "endsWith" -> whole.endsWith(affix);
            default -> whole.contains(affix);
          };
      return holds ? TRUE : FALSE;
    };
  }

  private @Nullable Test in(CelExpr element, CelExpr list) {
    TextOf text = text(element);
    if (text == null) {
      return inNumbers(number(element), list);
    }
    int slot = variable(list, VariableType.TEXTS);
    if (slot >= 0) {
      return scope -> {
        String value = text.of(scope);
        if (!(scope.value(slot) instanceof List<?> texts)) {
          return ERROR;
        }
        // an immutable list refuses to be asked for null
        return value != null && texts.contains(value) ? TRUE : FALSE;
      };
    }
    Set<String> constants = constants(list);
    return constants == null
        ? null
        : scope -> {
          String value = text.of(scope);
          return value != null && constants.contains(value) ? TRUE : FALSE;
        };
  }

  private @Nullable Test inNumbers(@Nullable NumberOf element, CelExpr list) {
    if (element == null || list.getKind() != Kind.LIST) {
      return null;
    }
    List<NumberOf> numbers = new ArrayList<>();
    for (CelExpr each : list.list().elements()) {
      NumberOf number = number(each);
      if (number == null) {
        return null;
      }
      numbers.add(number);
    }
    return scope -> {
      double value = element.of(scope);
      for (NumberOf number : numbers) {
        if (number.of(scope) == value) {
          return TRUE;
        }
      }
      return FALSE;
    };
  }

  private static @Nullable Set<String> constants(CelExpr list) {
    if (list.getKind() != Kind.LIST) {
      return null;
    }
    var constants = new HashSet<String>();
    for (CelExpr element : list.list().elements()) {
      if (!isText(element)) {
        return null;
      }
      constants.add(element.constant().stringValue());
    }
    return constants;
  }

  private @Nullable TextOf text(CelExpr expr) {
    if (isText(expr)) {
      String constant = expr.constant().stringValue();
      return _ -> constant;
    }
    if (expr.getKind() == Kind.CONSTANT
        && expr.constant().getKind() == CelConstant.Kind.NULL_VALUE) {
      return _ -> null;
    }
    int slot = variable(expr, VariableType.TEXT);
    return slot < 0 ? null : scope -> scope.text(slot);
  }

  private static boolean isText(CelExpr expr) {
    return expr.getKind() == Kind.CONSTANT
        && expr.constant().getKind() == CelConstant.Kind.STRING_VALUE;
  }

  private @Nullable NumberOf number(CelExpr expr) {
    if (expr.getKind() == Kind.CONSTANT
        && expr.constant().getKind() == CelConstant.Kind.DOUBLE_VALUE) {
      double constant = expr.constant().doubleValue();
      return _ -> constant;
    }
    int slot = variable(expr, VariableType.NUMBER);
    if (slot >= 0) {
      return scope -> scope.number(slot);
    }
    return expr.getKind() == Kind.CALL ? arithmetic(expr.call()) : null;
  }

  private @Nullable NumberOf arithmetic(CelExpr.CelCall call) {
    if (call.args().isEmpty() || call.args().size() > 2) {
      return null;
    }
    NumberOf a = number(call.args().getFirst());
    NumberOf b = number(call.args().getLast());
    if (a == null || b == null) {
      return null;
    }
    return switch (call.function()) {
      case "_+_" -> scope -> a.of(scope) + b.of(scope);
      case "_-_" -> scope -> a.of(scope) - b.of(scope);
      case "_*_" -> scope -> a.of(scope) * b.of(scope);
      case "_/_" -> scope -> a.of(scope) / b.of(scope);
      case "-_" -> scope -> -a.of(scope);
      default -> null;
    };
  }

  /** The slot of a variable of this type; −1 when the expression is something else. */
  private int variable(CelExpr expr, VariableType wanted) {
    if (expr.getKind() != Kind.IDENT && expr.getKind() != Kind.SELECT) {
      return -1;
    }
    String name = ast.getReference(expr.id()).map(CelReference::name).orElse(null);
    if (name == null && expr.getKind() == Kind.IDENT) {
      name = expr.ident().name();
    }
    Integer slot = name == null ? null : slots.get(name);
    return slot != null && types.get(slot) == wanted ? slot : -1;
  }
}
