# Alarms of the function, to an SNS topic of yours. What the campus's own alerts say (an entrance without a patrol, an
# unexplained absence) stands in /metrics, which a function does not have: one replica as a container says it.

locals {
  alarms = {
    errors = {
      description = "Invocations that failed altogether: a crash, a timeout, or an event that is no HTTP request."
      metric      = { namespace = "AWS/Lambda", name = "Errors", dimensions = local.of_function }
      statistic   = "Sum"
      threshold   = 1
    }
    throttles = {
      description = "Invocations that found all reserved instances taken: reserved_concurrency is too small, or somebody floods it."
      metric      = { namespace = "AWS/Lambda", name = "Throttles", dimensions = local.of_function }
      statistic   = "Sum"
      threshold   = 10
    }
    slow = {
      description = "One request in a hundred takes longer than 5 s: PostgreSQL or a peer is slow or silent."
      metric      = { namespace = "AWS/Lambda", name = "Duration", dimensions = local.of_function }
      statistic   = "p99"
      threshold   = 5000
    }
    unavailable = {
      description = "Answers of 500 and above: PostgreSQL or auth-service is out of reach, or a fault of the service's own. Its log says which."
      metric = (
        local.has_api
        ? { namespace = "AWS/ApiGateway", name = "5xx", dimensions = { ApiId = aws_apigatewayv2_api.patrols[0].id } }
        : { namespace = "AWS/Lambda", name = "Url5xxCount", dimensions = local.of_function }
      )
      statistic = "Sum"
      threshold = 10
    }
  }

  of_function = { FunctionName = aws_lambda_function.patrols.function_name }
}

resource "aws_cloudwatch_metric_alarm" "patrols" {
  for_each = local.alarms

  alarm_name        = "${var.name}-${each.key}"
  alarm_description = each.value.description
  alarm_actions     = var.alarm_topic_arn == null ? [] : [var.alarm_topic_arn]
  ok_actions        = var.alarm_topic_arn == null ? [] : [var.alarm_topic_arn]

  namespace           = each.value.metric.namespace
  metric_name         = each.value.metric.name
  dimensions          = each.value.metric.dimensions
  statistic           = each.value.statistic == "p99" ? null : each.value.statistic
  extended_statistic  = each.value.statistic == "p99" ? "p99" : null
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = each.value.threshold

  # Two of three times five minutes: one failed request wakes nobody.
  period              = 300
  evaluation_periods  = 3
  datapoints_to_alarm = 2
  # No request, as by day, is no trouble.
  treat_missing_data = "notBreaching"
}
